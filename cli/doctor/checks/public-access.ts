import type { AccountSettings, PublicBlock } from '../../../shared/ports/account-settings.ts';
import type { Finding } from '../finding.ts';
import { type About, check } from '../patient.ts';
import { inRegions, type Regional } from '../regional.ts';
import { lookIn, type SeenIn } from '../seen.ts';

interface Kind {
  readonly what: 'images' | 'snapshots';
  readonly read: keyof AccountSettings;
  readonly enable: string;
}

const kinds = {
  images: {
    what: 'images',
    read: 'imageBlock',
    enable: 'aws ec2 enable-image-block-public-access --image-block-public-access-state block-new-sharing',
  },
  snapshots: {
    what: 'snapshots',
    read: 'snapshotBlock',
    enable: 'aws ec2 enable-snapshot-block-public-access --state block-all-sharing',
  },
} as const satisfies Record<string, Kind>;

const checkOf = (kind: Kind) =>
  check(
    `public ${kind.what}`,
    ({ regions, ports }) => lookIn(regions, (region) => ports.settings[kind.read](region)),
    (looks, about) => judgePublicAccess(kind.what, looks, about),
  );

/** Block public access, which each Region has for itself. */
export const publicImages = checkOf(kinds.images);
export const publicSnapshots = checkOf(kinds.snapshots);

export function judgePublicAccess(
  what: Kind['what'],
  looks: readonly SeenIn<PublicBlock>[],
  { policy }: Pick<About, 'policy'>,
): Finding[] {
  const giver = policy?.policies.find(({ share }) => share?.with.some(({ principal }) => principal === 'everyone'));
  const wanted = what === 'images' ? giver?.name : undefined;
  return inRegions(looks, `whether public ${what} are blocked`, (block) => judged(what, block, wanted));
}

function judged(what: Kind['what'], { state, managedBy }: PublicBlock, wanted?: string): Regional {
  const by = managedBy === 'declarative-policy' ? ', by a policy of the organization' : '';
  if (state === 'unblocked') return wanted === undefined ? open(what) : { status: 'ok', says: `open for ${wanted}` };
  if (wanted === undefined) return { status: 'ok', says: `blocked (${state})${by}` };
  return {
    status: 'failed',
    says: `blocked${by}, although ${wanted} shares with everyone`,
    next: [`take everyone out of ${wanted}, or: aws ec2 disable-image-block-public-access --region $region`],
  };
}

const open = (what: Kind['what']): Regional => ({
  status: 'warning',
  says: `anybody with the permission to share could make ${what} public`,
  next: [`${kinds[what].enable} --region $region`],
});
