import { shortDigest } from '../model/digest.ts';
import type { Region } from '../model/ids.ts';
import { type Tags, tagsOf } from '../model/image.ts';
import { isInheritable, keepUntilTag, marksFor, mostTags } from '../model/marks.ts';
import type { CopyRequest } from '../model/records.ts';
import type { WantedCopy } from './merge.ts';
import { byText } from './order.ts';
import type { Subject } from './subject.ts';

/** EC2's limit for a name. */
const nameLength = 128;

/** The parameters of CopyImage, and the tags for which there was no room. */
export interface Asked {
  readonly request: CopyRequest;
  readonly dropped: readonly string[];
}

/** @param taken names that other images have in the target Region */
export function copyRequest(subject: Subject, copy: WantedCopy, taken: ReadonlySet<string>): Asked {
  const { tags, dropped } = copyTags(subject, copy);
  const request: CopyRequest = {
    source: subject.lineage.root,
    region: copy.region,
    name: copyName(subject, copy, taken),
    tags,
    ...(copy.kmsKey !== undefined && { kmsKey: copy.kmsKey }),
    ...(copy.completeWithinMinutes !== undefined && { completeWithinMinutes: copy.completeWithinMinutes }),
  };
  return { request, dropped };
}

function copyName(subject: Subject, copy: WantedCopy, taken: ReadonlySet<string>): string {
  const name = copy.name.replaceAll('{name}', () => subject.face.name).slice(0, nameLength);
  if (!taken.has(name)) return name;
  const suffix = `-${shortDigest(subject.lineage.root)}`;
  return name.slice(0, nameLength - suffix.length) + suffix;
}

/** Our marks always stay; of the rest, a hold first, then what the policy adds, then the root's own, as many as fit. */
function copyTags(subject: Subject, copy: WantedCopy): { tags: Tags; dropped: readonly string[] } {
  const { lineage, effective, face } = subject;
  const marks = effective.marks ? marksFor(lineage.root, lineage.built, effective.marks.policy) : {};
  const inherited = copy.copyTags ? Object.entries(tagsOf(face)).sort(byKey) : [];
  const hold = inherited.filter(([key]) => key === keepUntilTag);
  const added = Object.entries(effective.addTags).sort(byKey);
  const unique = new Map([...hold, ...added, ...inherited].reverse());
  const wanted = [...new Map([...hold, ...added, ...inherited]).keys()].filter((key) => isInheritable(key));
  const room = mostTags - Object.keys(marks).length;
  const fitting = wanted.slice(0, room).map((key) => [key, unique.get(key) ?? '']);
  return { tags: { ...Object.fromEntries(fitting), ...marks }, dropped: wanted.slice(room) };
}

const byKey = ([a]: [string, string], [b]: [string, string]): number => byText(a, b);

/** Names and slots that this plan has already given away, so that two copies never get the same one. */
export interface Allotment {
  readonly names: Map<Region, Set<string>>;
  readonly slots: Map<Region, number>;
  /** Copies begun within 24 hours, by policy. */
  readonly begun: Map<string, number>;
}
