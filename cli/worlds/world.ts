import type { Engine } from '../../shared/engine/engine.ts';
import type { Look } from '../../shared/engine/reading.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { CompiledPolicy } from '../../shared/model/policy.ts';
import type { Instant } from '../../shared/model/time.ts';
import type { Findings } from '../../shared/ports/findings.ts';
import type { PolicyLines } from '../policy/read.ts';
import type { LocalStack } from './local.ts';

/** Where a command looks: AWS with the caller's rights, the embedded AWS, or saved AWS CLI output. */
export interface World {
  readonly kind: 'aws' | 'local' | 'inventory';
  readonly account: string;
  readonly policy: CompiledPolicy;
  /** As printed in plan lines, for example `policy.yml`. */
  readonly policyFile: string;
  readonly lines: PolicyLines;
  /** What a person should know about what was read: a saved inventory may lack things without saying so. */
  readonly notes?: readonly string[];
  readonly now: () => Instant;
  readonly look: (look: Look) => Promise<Inventory>;
  /** Absent where nothing can be done: a saved inventory has no store and takes no action. */
  readonly engine?: Engine;
  /** What Amazon Inspector found in single images; absent where nobody can be asked. */
  readonly findings?: Findings;
  /** A stack is deployed here, whose functions act by themselves. */
  readonly deployed?: true;
  /** Present in the embedded AWS alone. */
  readonly stack?: LocalStack;
  readonly close: () => Promise<void>;
}
