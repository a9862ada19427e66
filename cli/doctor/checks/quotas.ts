import type { Region } from '../../../shared/model/ids.ts';
import type { Image } from '../../../shared/model/image.ts';
import { type CompiledPolicy, mostEntities } from '../../../shared/model/policy.ts';
import type { Finding } from '../finding.ts';
import { type About, check, type Patient } from '../patient.ts';
import { inRegions, type Regional } from '../regional.ts';
import { lookIn, type SeenIn, unseenIn } from '../seen.ts';

/** What a quota of an account limits, and what AWS documents for one that asked for nothing else. */
interface Quota {
  readonly what: string;
  readonly documented: number;
  /** Under which Service Quotas keeps what the account was granted; absent: AWS keeps no value of it there. */
  readonly code?: string;
}

/** The Recycle Bin counts among the images, but is not listed with them. */
export const ec2Quotas = {
  images: { what: 'images', documented: 50_000, code: 'L-B665C33B' },
  public: { what: 'public images', documented: 5, code: 'L-0E3CBAB9' },
  sharees: { what: 'sharees per image', documented: mostEntities, code: 'L-70015FFA' },
  copies: { what: 'copies under way', documented: 300 },
} as const satisfies Readonly<Record<string, Quota>>;

type Name = keyof typeof ec2Quotas;
const names = Object.keys(ec2Quotas) as Name[];
const quotaOf = (name: Name): Quota => ec2Quotas[name];

/** Without a value: none is kept for the account, so the documented one counts. */
export type Granted = Readonly<Partial<Record<Name, number>>>;

export type Counted = Pick<Image, 'public' | 'state' | 'sourceImageId' | 'sourceInstanceId'>;

export interface QuotasSeen {
  readonly images: readonly SeenIn<readonly Counted[]>[];
  readonly granted: readonly SeenIn<Granted>[];
}

/** From this share of a quota on there is reason to ask for more. */
const crowded = 0.8;

export const quotas = check(
  'quotas',
  async (patient): Promise<QuotasSeen> => ({
    images: await patient.images(),
    granted: await lookIn(patient.regions, (region) => grantedIn(patient, region)),
  }),
  judgeQuotas,
);

async function grantedIn({ ports }: Patient, region: Region): Promise<Granted> {
  const asked = await Promise.all(
    names.map(async (name) => {
      const { code } = quotaOf(name);
      return [name, code === undefined ? undefined : await ports.quotas.ofEc2(code, region)] as const;
    }),
  );
  return Object.fromEntries(asked.filter(([, value]) => value !== undefined));
}

export function judgeQuotas({ images, granted }: QuotasSeen, { policy }: Pick<About, 'policy'>): Finding[] {
  const inRegion = new Map(granted.flatMap(({ region, what }) => (what.seen ? [[region, what.value] as const] : [])));
  const sharees = mostSharees(policy);
  return [
    ...inRegions(images, 'how many images there are', (listed, region) =>
      judged({ ...countsOf(listed), sharees }, inRegion.get(region) ?? {}),
    ),
    ...unseenIn(granted, 'what this account was granted, so that the documented defaults are taken,'),
  ];
}

const countsOf = (images: readonly Counted[]) => ({
  images: images.length,
  public: images.filter((image) => image.public).length,
  copies: images.filter(isUnderWay).length,
});

const isUnderWay = ({ state, sourceImageId, sourceInstanceId }: Counted): boolean =>
  state === 'pending' && sourceImageId !== undefined && sourceInstanceId === undefined;

/** As many as an image has that every policy selects, since what policies give adds up. */
const mostSharees = (policy: CompiledPolicy | undefined): number =>
  new Set((policy?.policies ?? []).flatMap(({ share }) => (share?.with ?? []).map(({ principal }) => principal))).size;

function judged(counts: Readonly<Record<Name, number>>, granted: Granted): Regional {
  const shown = names.map((name) => {
    const { what, documented } = quotaOf(name);
    const most = granted[name] ?? documented;
    const full = counts[name] >= crowded * most;
    return { full, says: `${counts[name]} of ${most} ${what}${granted[name] === undefined ? ' (documented)' : ''}` };
  });
  const full = shown.filter((one) => one.full);
  const says = (full.length > 0 ? full : shown).map((one) => one.says).join(', ');
  if (full.length === 0) return { status: 'ok', says };
  const next =
    'ask for more in Service Quotas, or retire more: aws service-quotas list-service-quotas --service-code ec2';
  return { status: 'warning', says, next: [`${next} --region $region`] };
}
