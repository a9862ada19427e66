import { binRule } from '../../shared/aws/recycle-bin.ts';
import { all, type Evidence, unknown } from '../../shared/model/evidence.ts';
import type { Region } from '../../shared/model/ids.ts';
import type { BinReading } from '../../shared/model/inventory.ts';
import { type Answers, absent, toSave } from './answers.ts';
import { attempt } from './attempt.ts';
import { doubtOn } from './listings.ts';

type SavedRule = Parameters<typeof binRule>[0];

/** What the Recycle Bin of a Region would keep: the lists name its rules, each rule has an answer of its own. */
export function binIn(region: Region, { ruleLists, rules, newest }: Answers): Evidence<BinReading> {
  const saved = rules.get(region) ?? { items: [], pages: [] };
  const lists = ruleLists.get(region);
  if (!lists) return unknown(absent('Rules', region));
  const doubt = doubtOn(lists.pages, newest) ?? doubtOn(saved.pages, newest);
  if (doubt !== undefined) return unknown(doubt);
  const known = new Set(saved.items.map(({ value }) => value.Identifier));
  const lacking = lists.items.find(({ value }) => !known.has(value.Identifier))?.value.Identifier;
  if (lacking !== undefined)
    return unknown(
      `rule ${lacking} has no file of its own: ${toSave('RetentionPeriod', region)} --identifier ${lacking}`,
    );
  const read = all(saved.items.map(({ value }) => attempt(() => binRule(value as SavedRule, region))));
  return read.complete ? { complete: true, value: { rules: read.value, snapshotTags: {} } } : read;
}
