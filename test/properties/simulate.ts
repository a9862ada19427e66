import { known, knownOr } from '../../shared/model/evidence.ts';
import { type ImageKey, imageKey, imageRef } from '../../shared/model/ids.ts';
import { type Image, keyOf, tagsOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import { approved, mark } from '../../shared/model/marks.ts';
import type { Action, ActionOf, Plan } from '../../shared/model/plan.ts';
import { type PointerState, pointerKey } from '../../shared/model/pointer.ts';
import { endsWithDisable, type ImageRecord, withoutFields } from '../../shared/model/records.ts';
import {
  isKey,
  type KeyReading,
  keyOperations,
  type StorageGrant,
  type StorageReading,
} from '../../shared/model/storage.ts';
import { type Instant, minute } from '../../shared/model/time.ts';
import { report } from '../rules/make.ts';

/** Carries out the plan in the inventory, as if every call had succeeded at once. Mode `plan` is only for show. */
export function simulate(plan: Plan, inventory: Inventory, now: Instant): Inventory {
  return plan.actions
    .filter(({ mode }) => mode === 'apply')
    .reduce((world, action, index) => effect(action, world, now, index), inventory);
}

function effect(action: Action, world: Inventory, now: Instant, index: number): Inventory {
  switch (action.kind) {
    case 'mark-image':
      return change(world, action.image, (image) => ({ ...image, tags: known({ ...tagsOf(image), ...action.tags }) }));
    case 'copy-image':
      return copied(action, world, now, index);
    case 'clean-up-copy':
      return cleanedUp(action, world, now);
    case 'share-image':
      return shared(action, world);
    case 'publish-image':
      return published(action, world, now);
    case 'give-notice':
      return note(world, action, { notice: { step: action.step, at: now } }, now);
    case 'request-usage-report': {
      const pending = report({ id: `amiur-${index}`, state: 'pending', createdAt: now });
      const before = knownOr(world.reports?.[action.image], []);
      return { ...world, reports: { ...world.reports, [action.image]: known([...before, pending]) } };
    }
    case 'share-snapshots':
    case 'grant-key':
      return opened(action, world);
    case 'deprecate-image':
      return change(world, action.image, (image) => ({ ...image, deprecationAt: now + 2 * minute }));
    case 'disable-image': {
      const saved = knownOr(world.grants[action.image], []);
      const after = change(world, action.image, (image) => ({ ...image, state: 'disabled' }));
      return note(after, action, { disabledAt: now, checkedAt: now, savedGrants: saved }, now);
    }
    case 'approve-removal': {
      const tag = (image: Image): Image => ({ ...image, tags: known({ ...tagsOf(image), [mark.reap]: approved }) });
      return note(change(world, action.image, tag), action, { approvedAt: now }, now);
    }
    case 'enable-image': {
      const { savedGrants: returning = [] } = world.records.images[action.image] ?? {};
      const after = change(world, action.image, (image) => ({ ...image, state: 'available' }));
      return rewrite(after, action.image, (record) => ({
        ...withoutFields(record, endsWithDisable),
        ...(returning.length > 0 && { returning }),
      }));
    }
    case 'cancel-deprecation': {
      const { until } = action;
      const after = change(world, action.image, ({ deprecationAt: _ours, ...image }) => ({
        ...image,
        ...(until !== undefined && { deprecationAt: until }),
      }));
      return rewrite(after, action.image, (record) => withoutFields(record, ['deprecated']));
    }
    case 'return-shares': {
      const present = knownOr(world.grants[action.image], []);
      const grants = { ...world.grants, [action.image]: known([...new Set([...present, ...action.principals])]) };
      return rewrite({ ...world, grants }, action.image, (record) => withoutFields(record, ['returning']));
    }
    case 'recover-image':
      throw new Error('only a person takes images out of the Recycle Bin');
    case 'deregister-image':
      return note(
        change(world, action.image, () => undefined),
        action,
        { goneAt: now },
        now,
      );
  }
}

function change(world: Inventory, key: ImageKey, by: (image: Image) => Image | undefined): Inventory {
  const { region } = imageRef(key);
  const listed = knownOr(world.images[region], []);
  const after = listed.flatMap((image) => (keyOf(image) === key ? (by(image) ?? []) : [image]));
  return { ...world, images: { ...world.images, [region]: known(after) } };
}

function note(world: Inventory, { image, root }: Action, more: Partial<ImageRecord>, now: Instant): Inventory {
  const before: ImageRecord = world.records.images[image] ?? {
    image,
    root,
    role: image === root ? 'root' : 'copy',
    name: 'noted',
    firstSeenAt: now,
  };
  const images = { ...world.records.images, [image]: { ...before, ...more } };
  return { ...world, records: { ...world.records, images } };
}

function rewrite(world: Inventory, image: ImageKey, by: (record: ImageRecord) => ImageRecord): Inventory {
  const before = world.records.images[image];
  if (!before) throw new Error(`no record of ${image}`);
  const images = { ...world.records.images, [image]: by(before) };
  return { ...world, records: { ...world.records, images } };
}

function intend(world: Inventory, { root, image }: Action, region: string, more: object): Inventory {
  const before = world.records.intents[root]?.[region];
  const request = { source: image, region, name: 'again', tags: {} };
  const after = { root, region, state: 'intent' as const, generation: 1, request, since: 0, ...before, ...more };
  const intents = { ...world.records.intents, [root]: { ...world.records.intents[root], [region]: after } };
  return { ...world, records: { ...world.records, intents } };
}

function copied(action: ActionOf<'copy-image'>, world: Inventory, now: Instant, index: number): Inventory {
  const { request, generation } = action;
  const { region } = request;
  const listed = knownOr(world.images[region], []);
  const source = knownOr(world.images[imageRef(action.image).region], []).find((one) => keyOf(one) === action.image);
  if (!source) throw new Error(`no source ${action.image}`);
  const id = `ami-${(0xc0000000 + listed.length * 1000 + index).toString(16).padStart(17, 'c')}`;
  const { id: sourceImageId, region: sourceImageRegion } = source;
  const { sourceInstanceId: _none, deprecationAt: _gone, ...rest } = source;
  const image: Image = {
    ...rest,
    region,
    id,
    name: request.name,
    createdAt: now,
    tags: known(request.tags),
    sourceImageId,
    sourceImageRegion,
  };
  const images = { ...world.images, [region]: known([...listed, image]) };
  const grants = { ...world.grants, [imageKey(region, id)]: known([]) };
  return intend({ ...world, images, grants }, action, region, { state: 'copied', generation, since: now, copyId: id });
}

function cleanedUp(action: ActionOf<'clean-up-copy'>, world: Inventory, now: Instant): Inventory {
  const after = change(world, action.image, () => undefined);
  const { region } = imageRef(action.image);
  return intend(after, action, region, { state: 'failed', since: now, retryAt: now + 15 * minute });
}

/** Snapshots and keys: what was given is there, and known to be ours. */
function opened(action: ActionOf<'share-snapshots' | 'grant-key'>, world: Inventory): Inventory {
  const before = world.storage?.[action.image];
  if (!before) throw new Error(`nothing is known of the storage of ${action.image}`);
  const without = (grants: readonly StorageGrant[]) =>
    grants.filter((one) => !action.remove.some(({ on, account }) => on === one.on && account === one.account));
  const present = before.snapshots ? knownOr(before.snapshots, []) : [];
  const served = action.add.filter(({ on }) => isKey(on));
  const after: StorageReading = {
    keys: before.keys.map((reading) => granted(reading, served)),
    given: [...without(before.given), ...action.add],
    ...(before.snapshots && { snapshots: known([...without(present), ...action.add]) }),
  };
  return { ...world, storage: { ...world.storage, [action.image]: after } };
}

/** A grant of ours lets the account do all that launching takes. */
function granted(reading: KeyReading, served: readonly StorageGrant[]): KeyReading {
  const { access } = reading;
  if (!access.complete) return reading;
  const added = served
    .filter(({ on }) => on === access.value.arn)
    .map(({ account }) => ({ id: account, grantee: `arn:aws:iam::${account}:root`, operations: keyOperations }));
  return { ...reading, access: known({ ...access.value, grants: [...access.value.grants, ...added] }) };
}

function shared(action: ActionOf<'share-image'>, world: Inventory): Inventory {
  const before = knownOr(world.grants[action.image], []);
  const after = [...before.filter((principal) => !action.remove.includes(principal)), ...action.add];
  const granted = { ...world.records.granted };
  granted[action.image] = [...(granted[action.image] ?? []), ...action.add];
  return {
    ...world,
    grants: { ...world.grants, [action.image]: known(after) },
    records: { ...world.records, granted },
  };
}

/** The pointer names the image at once, and our record says so. */
function published(action: ActionOf<'publish-image'>, world: Inventory, now: Instant): Inventory {
  const { pointer, setDefault, built, root, policy, attempt, name, leaves } = action;
  const { id } = imageRef(action.image);
  const key = pointerKey(pointer);
  const seen = knownOr<PointerState>(world.pointers[key], { kind: 'absent' });
  const latest = seen.kind === 'launch-template' ? { version: seen.latest.version + 1, image: id } : undefined;
  const after: PointerState =
    seen.kind === 'launch-template' && latest
      ? { ...seen, latest, default: setDefault ? latest : seen.default }
      : { kind: 'parameter', value: id };
  const asked = { pointer, image: id, root, built, name, setDefault, policy, attempt, run: 'now', since: now };
  const record = { ...asked, ...(leaves !== undefined && { leaves }) };
  return {
    ...world,
    pointers: { ...world.pointers, [key]: known(after) },
    records: { ...world.records, pointers: { ...world.records.pointers, [key]: { ...record, confirmedAt: now } } },
  };
}
