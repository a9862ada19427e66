import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedAws } from '../../../local/world.ts';
import { Ledger } from '../../../shared/actions/ledger.ts';
import { documentClients } from '../../../shared/aws/clients.ts';
import { DynamoDbStore } from '../../../shared/aws/dynamodb-store.ts';
import { day, type Instant } from '../../../shared/model/time.ts';
import { testOptions } from '../../contract/support.ts';
import { allowed, ownBus, type Template, unzip } from '../packaged.ts';
import { Deployment } from './deployment.ts';
import { type Answering, Endpoint, Front } from './front.ts';
import { FunctionProcess } from './function-process.ts';
import { Names } from './intrinsics.ts';

/** One deployment of the packaged product in a world of its own. */
export interface Scene {
  readonly aws: EmbeddedAws;
  readonly front: Front;
  readonly deployment: Deployment;
  /** The table, read with the product's own words. */
  readonly ledger: Ledger;
}

/** Unpacked zips, the processes that run them and the endpoint that they call; scenes take turns on it. */
export class Stage {
  readonly #project: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'unpacked-'));
  readonly #endpoint = new Endpoint();
  readonly #processes = new Map<string, FunctionProcess>();
  #url: string | undefined;
  /** Processes outlive a scene and remember what they saw, so each scene plays after the one before. */
  #start: Instant = Date.UTC(2026, 0, 5, 9);

  /** @param project where `serverless package` ran */
  constructor(project: string) {
    this.#project = project;
  }

  async open(stack: Template, tables: Answering): Promise<Scene> {
    this.#url ??= await this.#endpoint.open();
    const aws = EmbeddedAws.open({ start: this.#start });
    this.#start += 100 * day;
    const front = new Front(aws, tables);
    front.buses.add(ownBus);
    this.#endpoint.behind = front;
    const url = this.#url;
    const deployment = await Deployment.of(stack, { aws, front, url, start: (zip, env) => this.#run(zip, env) });
    const options = testOptions({ home: aws.homeRegion, endpoint: url });
    const table = { name: deployment.names.ref('Table'), home: aws.homeRegion };
    const ledger = new Ledger(new DynamoDbStore(documentClients(options)(), table, options.retry));
    return { aws, front, deployment, ledger };
  }

  async close(): Promise<void> {
    for (const process of this.#processes.values()) process.stop();
    await this.#endpoint.close();
    rmSync(this.#folder, { recursive: true });
  }

  /** A process stays warm, as Lambda's do, as long as its environment is the same. */
  #run(zip: string, env: Readonly<Record<string, string>>): FunctionProcess {
    const key = JSON.stringify([zip, env]);
    const folder = join(this.#folder, zip.replace(/\.zip$/, ''));
    const running = this.#processes.get(key);
    if (running) return running;
    unzip(join(this.#project, '.serverless', zip), folder);
    const started = new FunctionProcess(folder, { ...env, LAMBDA_TASK_ROOT: folder });
    this.#processes.set(key, started);
    return started;
  }
}

/** What was called that the roles in the template do not allow, by the names of the actions alone. */
export function beyondRoles(stack: Template, scene: Scene): string[] {
  const names = new Names(stack, scene.deployment.place);
  const strange = scene.front.calls.flatMap(({ key, action }) => {
    // Who one is may be asked by everyone, and the deployment and the test call as nobody of the stack.
    if (action === 'sts:GetCallerIdentity' || stack[key] === undefined) return [];
    const role = names.find(names.roleOf(key));
    return role !== undefined && allowed(stack, role).includes(action) ? [] : [`${key} as ${role}: ${action}`];
  });
  return [...new Set(strange)].sort();
}
