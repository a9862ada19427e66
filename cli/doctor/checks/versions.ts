import { schemaVersion } from '../../../shared/actions/item.ts';
import { keys as keysOf, pointersKey, runRoles } from '../../../shared/actions/ledger-keys.ts';
import type { Store } from '../../../shared/ports/store.ts';
import { version as ownVersion } from '../../version.ts';
import { type Finding, failed, ok, unchecked, warning } from '../finding.ts';
import { type About, check, type Patient } from '../patient.ts';
import { look, type Seen, unseen } from '../seen.ts';

/** Where the stack says which version deployed it. */
export const versionTag = 'ami-steward:version';
export const versionOutput = 'Version';

/** This program against the functions of the stack. */
export const productVersion = check('product version', async () => ownVersion(), judgeProduct);

export function judgeProduct(own: string, { stack }: Pick<About, 'stack'>): Finding[] {
  if (!stack.seen) return [unseen(stack, `this is ${own}; which version is deployed`)];
  if (!stack.value) return [unchecked('no-stack', `this is ${own}; nothing is deployed to compare it with`)];
  const deployed = stack.value.tags[versionTag] ?? stack.value.outputs[versionOutput];
  if (deployed === undefined)
    return [unchecked('no-answer', `this is ${own}; the stack does not say which version it is`)];
  if (deployed === own) return [ok(`${own}, here and in the stack`)];
  return [
    warning(`this is ${own}, the stack is ${deployed}`, 'use the same: git checkout, npm ci, npx serverless deploy'),
  ];
}

/** This program against what lies in the table. */
export const recordVersion = check('records', readSchema, judgeRecords);

async function readSchema({ ports, table }: Patient): Promise<Seen<number | undefined> | 'no-table'> {
  const store = ports.store(table);
  return store ? look(() => newestSchema(store)) : 'no-table';
}

/** Items of every kind that there are few of. `undefined`: the table is empty. */
async function newestSchema(store: Store): Promise<number | undefined> {
  const [control, pointers] = await Promise.all([
    store.getMany([keysOf.freeze, keysOf.firstSweep, ...runRoles.map(keysOf.run)]),
    store.list(pointersKey),
  ]);
  const schemas = [...control, ...pointers].map(({ schema }) => schema);
  return schemas.length === 0 ? undefined : Math.max(...schemas);
}

export function judgeRecords(
  schema: Seen<number | undefined> | 'no-table',
  { table, kind }: Pick<About, 'table' | 'kind'>,
): Finding[] {
  if (schema === 'no-table') return [unchecked('no-stack', 'no table is named', 'name it: --table NAME')];
  const place = kind === 'local' ? 'the records' : `the table ${table}`;
  if (!schema.seen) return [unseen(schema, place)];
  if (schema.value === undefined) return [ok(`${place}: empty, no sweep has run yet`)];
  if (schema.value > schemaVersion)
    return [
      failed(
        `${place}: written by a newer version (shape ${schema.value}, here ${schemaVersion}), so it is only read`,
        'upgrade this program',
      ),
    ];
  return [ok(`${place}: shape ${schema.value}, as here`)];
}
