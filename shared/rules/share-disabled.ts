import { because } from '../model/codes.ts';
import { digest } from '../model/digest.ts';
import { type Image, keyOf } from '../model/image.ts';
import { type Instant, isoTime } from '../model/time.ts';
import { join, nothing, type Part } from './draft.ts';
import type { Candidate } from './retire.ts';
import { grantsWanted, type WantedGrants } from './share-state.ts';
import { shareStorage } from './share-storage.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

/**
 * What an image should be shared with in its present state. Disabling takes all launch permissions and leaves what was
 * given on snapshots and keys: that stays for whom policies list, so that nothing is lost when the image comes back, and
 * for nobody where people revoked it.
 */
export function wantedFor(subject: Subject, image: Image, now: Instant): WantedGrants | undefined {
  const wanted = grantsWanted(subject.effective, now);
  return wanted && image.state === 'disabled' ? whileDisabled(wanted, subject) : wanted;
}

function whileDisabled(wanted: WantedGrants, { revoked }: Subject): WantedGrants {
  const closed = revoked?.disable !== undefined;
  return {
    ...wanted,
    principals: [],
    verify: [],
    exact: false,
    ...(closed && { snapshots: [], keys: [] }),
    digest: digest([wanted.digest, closed]),
  };
}

/** Images of a lineage that we disabled, and that may still be open to somebody. */
export const disabledByUs = ({ ours }: Subject, { inventory }: World): Image[] =>
  ours.filter(
    (image) => image.state === 'disabled' && inventory.records.images[keyOf(image)]?.disabledAt !== undefined,
  );

/** Nothing is given while an image is disabled; what nobody should have any more is taken back all the same. */
export function takeFromDisabled(subject: Subject, listed: WantedGrants, world: World): Part {
  const wanted = whileDisabled(listed, subject);
  const parts = disabledByUs(subject, world).map((image): Part => {
    // Stryker disable next-line StringLiteral,BooleanLiteral: these say what is given and how, which is left out here.
    const { candidates } = shareStorage({ image, subject, wanted, world, mode: 'apply', blocked: true });
    return { ...nothing, candidates: candidates.map((candidate) => onWord(candidate, subject)) };
  });
  return join(...parts);
}

/** What people revoked is closed on their word, whatever the mode, and no breaker has anything to say. */
function onWord(candidate: Candidate, { revoked }: Subject): Candidate {
  if (!revoked?.disable) return candidate;
  const { action, guards } = candidate;
  const why = because('revoked', { since: isoTime(revoked.at).slice(0, 10), reason: revoked.reason });
  return { action: { ...action, mode: 'apply', why: [why] }, guards };
}
