import { isoTime } from '../../shared/model/time.ts';
import type { Finding } from '../../shared/ports/findings.ts';
import type { AffectedImage } from '../../shared/rules/affected.ts';
import type { Answer } from '../affected.ts';
import { countsOf, nextCommands } from './affected.ts';

/** What `affected --json` prints; `docs/affected.md` says what it means. */
export const affectedDocument = (answer: Answer, where: string) => ({
  schemaVersion: 1,
  header: answer.header,
  image: answer.image,
  ours: answer.ours,
  ...(answer.findings?.complete && { findings: answer.findings.value.map(findingOf) }),
  lineages: answer.lineages.map(({ images, ...lineage }) => ({ ...lineage, images: images.map(entryOf) })),
  unsure: answer.unsure,
  blind: answer.blind,
  neverRead: ['Batch', 'EMR', 'Elastic Beanstalk'],
  counts: countsOf(answer),
  next: nextCommands(answer, where),
});

const findingOf = ({ firstSeenAt, ...finding }: Finding) => ({
  ...finding,
  ...(firstSeenAt !== undefined && { firstSeenAt: isoTime(firstSeenAt) }),
});

/** A severity that is not known is left out; an image that was never scanned has `null`. */
const entryOf = ({ severity, fixAvailableSince, elsewhere, ...image }: AffectedImage) => ({
  ...image,
  ...(fixAvailableSince !== undefined && { fixAvailableSince: isoTime(fixAvailableSince) }),
  ...(severity?.complete && { severity: severity.value ?? null }),
  ...(elsewhere && { elsewhere: { ...elsewhere, at: isoTime(elsewhere.at) } }),
});
