import { expectTypeOf, test } from 'vitest';
import type { CompiledPolicy } from '../../shared/model/policy.ts';
import type { PolicyFile } from '../../shared/model/policy-schema.ts';

type Deep<T> = T extends object ? { readonly [K in keyof T]: Deep<T[K]> } : T;
type Wanted = Deep<Omit<CompiledPolicy, 'hash'>>;

test('The schema yields exactly the compiled types that the rules read, in both directions', () => {
  expectTypeOf<Deep<PolicyFile>>().toExtend<Wanted>();
  expectTypeOf<Wanted>().toExtend<Deep<PolicyFile>>();
});
