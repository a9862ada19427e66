import { Ledger } from '../../../shared/actions/ledger.ts';
import type { Freeze } from '../../../shared/model/control.ts';
import { type Finding, ok, unchecked, warning } from '../finding.ts';
import { check } from '../patient.ts';
import { look, type Seen, unseen } from '../seen.ts';

/** Whether somebody, or an unreadable store, has stopped the product. */
export const stopSwitch = check(
  'stop switch',
  async ({ ports, table }): Promise<Seen<Freeze | undefined> | 'no-table'> => {
    const store = ports.store(table);
    if (!store) return 'no-table';
    const ledger = new Ledger(store);
    return look(async () => ((await ledger.firstSweepAt()) === undefined ? undefined : ledger.freeze()));
  },
  judgeSwitch,
);

/** @param seen `undefined`: no sweep has run, so that there is no switch to miss */
export function judgeSwitch(seen: Seen<Freeze | undefined> | 'no-table'): Finding[] {
  if (seen === 'no-table') return [unchecked('no-stack', 'no table is named', 'name it: --table NAME')];
  if (!seen.seen) return [unseen(seen, 'the stop switch')];
  if (!seen.value) return [ok('not there before the first sweep')];
  const { scope, why } = seen.value;
  if (scope === 'off') return [ok('off: everything goes on')];
  const stopped = scope === 'all' ? 'every change is stopped' : 'nothing is taken';
  return [warning(`${scope}: ${stopped}, because ${why}`, 'to go on: ami-steward freeze --off --reason TEXT')];
}
