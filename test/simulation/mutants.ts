import { Ledger } from '../../shared/actions/ledger.ts';
import { imageFromEc2 } from '../../shared/aws/image-from-ec2.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { digest } from '../../shared/model/digest.ts';
import { known } from '../../shared/model/evidence.ts';
import type { ImageKey, Region } from '../../shared/model/ids.ts';
import { type Image, tagsOf } from '../../shared/model/image.ts';
import type { Use } from '../../shared/model/inventory.ts';
import type { CompiledPolicy, Policy, RetainPolicy } from '../../shared/model/policy.ts';
import type { CopyIntent, ImageRecord } from '../../shared/model/records.ts';
import { day, type Instant } from '../../shared/model/time.ts';
import type { ImageUsage } from '../../shared/ports/image-usage.ts';
import type { Images } from '../../shared/ports/images.ts';
import type { UsageSource } from '../../shared/ports/usage.ts';
import { type Scenario, stranger } from './scenario.ts';
import type { Mutate, Parts } from './simulation.ts';

export interface Mutant {
  readonly name: string;
  /** Invariants of which at least one must notice it. */
  readonly killedBy: readonly string[];
  readonly mutate: Mutate;
  /** A seed of 12 days that showed it when last tried: it is played before the others. */
  readonly shownBy?: number;
  /** Without this a seed cannot show it, and need not be played. */
  readonly needs?: (scenario: Scenario) => boolean;
}

/** The port with some of its methods replaced. */
const imagesWith = (images: Images, change: Partial<Images>): Images => ({
  list: (region) => images.list(region),
  get: (image) => images.get(image),
  copiesOf: (root, region) => images.copiesOf(root, region),
  listOf: (region, owners, names) => images.listOf(region, owners, names),
  ancestors: (image) => images.ancestors(image),
  snapshotAccounts: (region, snapshot) => images.snapshotAccounts(region, snapshot),
  shareSnapshots: (region, change) => images.shareSnapshots(region, change),
  grants: (image) => images.grants(image),
  copy: (request, token) => images.copy(request, token),
  share: (image, wanted) => images.share(image, wanted),
  snapshotTags: (region, snapshots) => images.snapshotTags(region, snapshots),
  lockedSnapshots: (region) => images.lockedSnapshots(region),
  rehearse: (call, image) => images.rehearse(call, image),
  inBin: (region) => images.inBin(region),
  mark: (image, snapshots, tags) => images.mark(image, snapshots, tags),
  deprecate: (image, at) => images.deprecate(image, at),
  disable: (image) => images.disable(image),
  enable: (image) => images.enable(image),
  cancelDeprecation: (image) => images.cancelDeprecation(image),
  unmark: (image, snapshots, keys) => images.unmark(image, snapshots, keys),
  recover: (image) => images.recover(image),
  recoverSnapshot: (region, snapshot) => images.recoverSnapshot(region, snapshot),
  deregister: (image, options) => images.deregister(image, options),
  deleteSnapshot: (region, snapshot) => images.deleteSnapshot(region, snapshot),
  ...change,
});

const onImages =
  (change: (images: Images, parts: Parts) => Partial<Images>): Mutate =>
  (engine, parts) => ({ images: imagesWith(engine.images, change(engine.images, parts)) });

/** Lists images otherwise than they are. */
const seeing = (see: (image: Image) => Image[]): Mutate =>
  onImages((images) => ({ list: async (region) => (await images.list(region)).flatMap(see) }));

/** Shows images otherwise than they are, also when one is asked for alone. */
const lookingAt = (look: (image: Image) => Image): Mutate =>
  onImages((images) => ({
    list: async (region) => (await images.list(region)).map(look),
    get: async (ref) => {
      const image = await images.get(ref);
      return image && look(image);
    },
  }));

const withTags = (image: Image, keep: (key: string) => boolean): Image => ({
  ...image,
  tags: known(Object.fromEntries(Object.entries(tagsOf(image)).filter(([key]) => keep(key)))),
});

type Read = (read: () => Promise<Use[]>, region: Region) => Promise<Use[]>;

/** EC2 is asked for its second opinion and not listened to, or it would make up for what the sources lack. */
const deaf = ({ imageUsage }: Engine): ImageUsage => ({
  references: async (region, images, sources) => {
    await imageUsage.references(region, images, sources).catch(() => undefined);
    return new Map(images.map((image) => [image, Object.fromEntries(sources.map((source) => [source, known([])]))]));
  },
  reports: (region, images) => imageUsage.reports(region, images),
  requestReport: (image, tags, token) => imageUsage.requestReport(image, tags, token),
});

const onUsage =
  (name: string | undefined, how: Read): Mutate =>
  (engine) => ({
    imageUsage: deaf(engine),
    usage: engine.usage.map(
      (source): UsageSource =>
        name !== undefined && source.name !== name
          ? source
          : { name: source.name, read: (region, options) => how(() => source.read(region, options), region) },
    ),
  });

/** Changes image records on their way into the store, or out of it. */
class ForgetfulLedger extends Ledger {
  readonly #writes: (record: ImageRecord) => ImageRecord;
  readonly #reads: (record: ImageRecord) => ImageRecord;

  constructor(
    store: ConstructorParameters<typeof Ledger>[0],
    writes: (record: ImageRecord) => ImageRecord,
    reads: (record: ImageRecord) => ImageRecord = (record) => record,
  ) {
    super(store);
    this.#writes = writes;
    this.#reads = reads;
  }

  override saveImage(image: ImageKey, change: (record: ImageRecord | undefined) => ImageRecord): Promise<ImageRecord> {
    return super.saveImage(image, (record) => this.#writes(change(record)));
  }

  override async images(images: readonly ImageKey[]): Promise<ImageRecord[]> {
    return (await super.images(images)).map(this.#reads);
  }
}

const writing =
  (writes: (record: ImageRecord) => ImageRecord): Mutate =>
  (_engine, { store }) => ({ ledger: new ForgetfulLedger(store, writes) });

const reading =
  (reads: (record: ImageRecord) => ImageRecord): Mutate =>
  (_engine, { store }) => ({ ledger: new ForgetfulLedger(store, (record) => record, reads) });

/** The intent is written only once the copy is under way. */
class LateLedger extends Ledger {
  override async saveIntent(
    root: ImageKey,
    region: Region,
    change: (intent: CopyIntent | undefined) => CopyIntent,
  ): Promise<CopyIntent> {
    const [before] = await this.intents([{ root, region }]);
    const wanted = change(before);
    return wanted.state === 'intent' ? wanted : super.saveIntent(root, region, change);
  }
}

/** Every failure counts as the first. */
class UncountingLedger extends Ledger {
  override saveIntent(
    root: ImageKey,
    region: Region,
    change: (intent: CopyIntent | undefined) => CopyIntent,
  ): Promise<CopyIntent> {
    return super.saveIntent(root, region, (intent) => {
      const next = change(intent);
      return next.state === 'failed' ? { ...next, generation: 0, retryAt: next.since } : next;
    });
  }
}

/** A store that was always there. */
class OldLedger extends Ledger {
  override firstSweepAt(): Promise<Instant> {
    return Promise.resolve(1);
  }
}

class SilentLedger extends Ledger {
  override append(): Promise<void> {
    return Promise.resolve();
  }
}

const policyWith = (
  policy: CompiledPolicy,
  change: (retain: RetainPolicy) => Partial<RetainPolicy>,
): CompiledPolicy => ({
  ...policy,
  policies: policy.policies.map((one) =>
    one.retain ? { ...one, retain: { ...one.retain, ...change(one.retain) } } : one,
  ),
});

const onRetain =
  (change: (retain: RetainPolicy) => Partial<RetainPolicy>): Mutate =>
  ({ policy }) => ({ policy: policyWith(policy, change) });

const withExactShares = ({ policy }: Engine): Partial<Engine> => ({
  policy: {
    ...policy,
    policies: policy.policies.map((one) => (one.share ? { ...one, share: { ...one.share, exact: true } } : one)),
  },
});

/** Copies stand where another policy selects images that are born. */
const copiesMayBeRoots = ({ policy }: Scenario): boolean => policy.policies.some(({ name }) => name === 'edge');

const quarantineIsShort = ({ retain, overrides }: Policy): boolean =>
  (retain?.stages.deregister?.afterDisabled ?? day) < day &&
  overrides.some(({ rule }) => rule === 'retain/min-quarantine');

const copiesFailAlways = ({ intensity, switches }: Scenario): boolean =>
  intensity.failedCopy === 1 && switches.copyTokenLife === 'call';

const withShare = ({ policy }: Engine): Partial<Engine> => ({
  policy: {
    ...policy,
    policies: policy.policies.map((one) => ({
      ...one,
      share: {
        exact: false,
        snapshots: false,
        kms: 'off',
        with: [...(one.share?.with ?? []), { principal: 'account:666677778888' }],
      },
    })),
  },
});

/** Lists what a name matches, whoever owns it. */
const listsForeign = onImages((images, { aws }) => ({
  list: async (region) => {
    const { Images: foreign = [] } = aws.call('ec2', 'DescribeImages', { Owners: [stranger] }, { region }) as {
      Images?: Parameters<typeof imageFromEc2>[1][];
    };
    const taken = foreign.map((image) => ({ ...imageFromEc2(region, image), ownerId: aws.account }));
    return [...(await images.list(region)), ...taken];
  },
}));

const cachedUsage: Mutate = (engine) => {
  const seen = new Map<string, Promise<Use[]>>();
  const once = (key: string, read: () => Promise<Use[]>): Promise<Use[]> => {
    const answer = seen.get(key) ?? read();
    seen.set(key, answer);
    return answer;
  };
  return {
    usage: engine.usage.map(
      (source): UsageSource => ({
        name: source.name,
        read: (region, options) => once(`${source.name} ${region}`, () => source.read(region, options)),
      }),
    ),
  };
};

const nothing = async (): Promise<void> => undefined;

/** Wrong versions of the safety code, each made where the product is put together, without touching it. */
export const mutants: readonly Mutant[] = [
  {
    name: 'M01 random client token, and no look for a copy',
    killedBy: ['INV-1 single copy', 'INV-15 bounded work'],
    shownBy: 13,
    mutate: onImages((images, { aws }) => ({
      copiesOf: async () => [],
      copy: (request) => images.copy(request, aws.random.uuid()),
    })),
  },
  {
    name: 'M02 no adoption',
    killedBy: ['INV-1 single copy', 'INV-15 bounded work'],
    shownBy: 5,
    mutate: onImages(() => ({ copiesOf: async () => [] })),
  },
  {
    name: 'M03 intent after the copy, without adoption',
    killedBy: ['INV-1 single copy', 'INV-15 bounded work', 'LIVE-1 copied and shared'],
    shownBy: 5,
    mutate: (engine, { store }) => ({
      ledger: new LateLedger(store),
      images: imagesWith(engine.images, { copiesOf: async () => [] }),
    }),
  },
  {
    name: 'M04 token without parameters or generation',
    killedBy: ['LIVE-1 copied and shared', 'LIVE-4 no row is stuck'],
    shownBy: 6,
    mutate: onImages((images) => ({
      copy: (request) => images.copy(request, digest([request.source, request.region])),
    })),
  },
  {
    name: 'M05 a copy is not told from an original',
    shownBy: 14,
    killedBy: ['INV-2 no copy of a copy'],
    needs: copiesMayBeRoots,
    mutate: (engine, parts) => ({
      ...seeing((image) => {
        const { sourceImageId: _id, sourceImageRegion: _region, ...bare } = image;
        return [image.sourceInstanceId ? image : withTags(bare, (key) => !key.startsWith('ami-steward:root'))];
      })(engine, parts),
      ...reading((record) => ({ ...record, role: 'root', root: record.image }))(engine, parts),
    }),
  },
  {
    name: 'M06 guard of use off',
    killedBy: ['INV-3 not in use', 'INV-4 fail closed'],
    mutate: onUsage(undefined, async () => []),
  },
  {
    name: 'M07 guard open on error',
    killedBy: ['INV-4 fail closed', 'INV-3 not in use'],
    shownBy: 11,
    mutate: onUsage(undefined, (read) => read().catch(() => [])),
  },
  {
    name: 'M08 first page only, with one item on a page',
    killedBy: ['INV-3 not in use'],
    mutate: onUsage(undefined, async (read) => (await read()).slice(0, 1)),
  },
  {
    name: 'M09 only the default version of a template',
    killedBy: ['INV-3 not in use'],
    mutate: onUsage('launch-templates', async (read) => (await read()).filter(({ by }) => by.includes('$Default'))),
  },
  {
    name: 'M10 stopped instances do not count',
    killedBy: ['INV-3 not in use'],
    shownBy: 8,
    mutate: onUsage('instances', async (read) => (await read()).filter(({ by }) => !by.includes('stop'))),
  },
  {
    name: 'M11 no disable step',
    killedBy: ['INV-5 ladder', 'LIVE-3 the expired have left'],
    shownBy: 5,
    mutate: onImages(() => ({ disable: nothing })),
  },
  {
    name: 'M12 approved without a second check a day later',
    killedBy: ['INV-5 ladder'],
    shownBy: 5,
    needs: ({ policy }) => policy.policies.some(quarantineIsShort),
    mutate: reading(({ checkedAt, ...record }) => ({
      ...record,
      ...(checkedAt !== undefined && { checkedAt: checkedAt - 30 * day }),
    })),
  },
  {
    name: 'M13 no wait between the steps',
    killedBy: ['INV-5 ladder'],
    mutate: reading((record) => ({
      ...record,
      ...(record.disabledAt !== undefined && { disabledAt: record.disabledAt - 30 * day }),
      ...(record.checkedAt !== undefined && { checkedAt: record.checkedAt - 30 * day }),
    })),
  },
  {
    name: 'M14 snapshot ids not written ahead',
    killedBy: ['INV-11 snapshots', 'LIVE-2 no orphan snapshots'],
    shownBy: 5,
    mutate: writing(({ pendingSnapshots, ...record }) =>
      record.goneAt === undefined || pendingSnapshots === undefined ? record : { ...record, pendingSnapshots },
    ),
  },
  {
    name: 'M16 a failed deletion of a snapshot is swallowed',
    killedBy: ['LIVE-2 no orphan snapshots', 'LIVE-4 no row is stuck'],
    shownBy: 29,
    mutate: onImages(() => ({ deleteSnapshot: async () => true })),
  },
  {
    name: 'M17 disabled images are not listed',
    killedBy: ['LIVE-3 the expired have left', 'INV-14 records match images', 'INV-1 single copy'],
    shownBy: 5,
    mutate: seeing((image) => (image.state === 'disabled' ? [] : [image])),
  },
  {
    name: 'M18 no sweep',
    killedBy: ['LIVE-1 copied and shared', 'INV-14 records match images'],
    mutate: () => ({ queue: { send: nothing } }),
  },
  {
    name: 'M19 no tombstone',
    killedBy: ['INV-14 records match images'],
    mutate: writing(({ goneAt: _gone, ...record }) => record),
  },
  {
    name: 'M20 sharing is not verified',
    killedBy: ['LIVE-1 copied and shared'],
    mutate: onImages((images) => ({
      share: (image, change) => images.share(image, change).catch(() => undefined),
      grants: async (image) => [...new Set([...((await images.grants(image)) ?? []), 'account:222233334444'])],
    })),
  },
  {
    name: 'M21 disabled without saving who may launch',
    killedBy: ['INV-12 saved shares'],
    mutate: writing((record) => ('savedGrants' in record ? { ...record, savedGrants: [] } : record)),
  },
  {
    name: 'M24 breaker off',
    shownBy: 37,
    killedBy: ['INV-6 limits'],
    mutate: onRetain(() => ({ limits: { perPlan: 10_000, percentOfFamily: 100 } })),
  },
  {
    name: 'M25 floor lower than the policy says',
    killedBy: ['INV-7 floor'],
    mutate: onRetain(() => ({ keepLast: 2 })),
  },
  {
    name: 'M27 shared with an account that no policy names',
    killedBy: ['INV-8 shares'],
    mutate: withShare,
  },
  // The roles refuse what it tries, so that no harm is done that INV-9 could see; that they had to is what is noticed.
  { name: 'M28 owner unchecked', killedBy: ['INV-9 ownership', 'IAM'], mutate: listsForeign },
  {
    name: 'M32 a tag alone approves',
    shownBy: 103,
    killedBy: ['INV-5 ladder'],
    mutate: reading((record) => ({ ...record, approvedAt: record.approvedAt ?? Number.MAX_SAFE_INTEGER })),
  },
  {
    name: 'M33 keep tags are not seen',
    killedBy: ['INV-10 holds'],
    mutate: seeing((image) => [withTags(image, (key) => key !== 'ami-steward:keep-until')]),
  },
  {
    name: 'M34 no history before a step',
    killedBy: ['INV-5 evidence first'],
    mutate: (_engine, { store }) => ({ ledger: new SilentLedger(store) }),
  },
  {
    name: 'M35 use is read once and remembered',
    killedBy: ['INV-4 fail closed', 'INV-3 not in use'],
    mutate: cachedUsage,
  },
  {
    name: 'M36 failures are not counted',
    shownBy: 110,
    killedBy: ['INV-15 bounded work'],
    needs: copiesFailAlways,
    mutate: (_engine, { store }) => ({ ledger: new UncountingLedger(store) }),
  },
  {
    name: 'M37 a young store counts as old',
    killedBy: ['INV-4 young store'],
    shownBy: 23,
    needs: ({ storeIsOld }) => !storeIsOld,
    mutate: (_engine, { store }) => ({ ledger: new OldLedger(store) }),
  },
  {
    name: 'M38 takes back what somebody else has given',
    killedBy: ['INV-8 taken back'],
    shownBy: 8,
    mutate: withExactShares,
  },
  {
    name: 'M39 protection against deregistration is not seen',
    shownBy: 24,
    killedBy: ['INV-10 holds'],
    needs: ({ switches }) => switches.disableWorksOnProtected === true,
    mutate: lookingAt((image) => ({ ...image, deregistrationProtection: known('disabled') })),
  },
  {
    name: 'M41 what disabling wiped is owed to nobody',
    shownBy: 67,
    killedBy: ['INV-12 what was restored is whole'],
    mutate: writing((record) => ('returning' in record ? { ...record, returning: [] } : record)),
  },
  {
    name: 'M42 a restored image keeps our deprecation',
    killedBy: ['INV-12 what was restored is whole'],
    mutate: onImages(() => ({ cancelDeprecation: async () => undefined })),
  },
];
