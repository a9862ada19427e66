import {
  CopyImageCommand,
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DeleteTagsCommand,
  DeregisterImageCommand,
  DisableImageCommand,
  DisableImageDeprecationCommand,
  type EC2Client,
  EnableImageCommand,
  EnableImageDeprecationCommand,
  ModifyImageAttributeCommand,
} from '@aws-sdk/client-ec2';
import { isPortError, PortError } from '../model/errors.ts';
import type { AccountId, ImageId, ImageKey, ImageRef, Region, SnapshotId } from '../model/ids.ts';
import type { Image, Tags } from '../model/image.ts';
import type { SnapshotLocks } from '../model/locks.ts';
import type { Principal } from '../model/policy.ts';
import type { CopyRequest } from '../model/records.ts';
import type { StorageGrant } from '../model/storage.ts';
import { type Instant, minute } from '../model/time.ts';
import type { Clock } from '../ports/clock.ts';
import { changesPerCall, type Images, type SnapshotResult } from '../ports/images.ts';
import { chunks } from './batches.ts';
import type { ClientOf } from './clients.ts';
import { copyInput, tagList } from './copy-input.ts';
import { ancestorsOf } from './image-ancestry.ts';
import { copiesOfRoot, imageById, imagesOf, launchPermissions, ownImages } from './image-queries.ts';
import { permissionOf } from './launch-permissions.ts';
import { recoverImage, recoverSnapshot } from './recovery.ts';
import { rehearse } from './rehearsal.ts';
import { imagesInBin, locksOfSnapshots, tagsOfSnapshots } from './snapshot-queries.ts';
import { snapshotResult } from './snapshot-results.ts';
import { changeVolumePermissions, volumeAccounts } from './volume-permissions.ts';

/** CreateTags takes at most 1,000 resources. */
const resourcesPerCall = 1_000;
/** EC2 refuses a deprecation time in the past and cuts off the seconds. */
const leadTime = 2 * minute;

/** EC2's image operations in every Region. */
export class Ec2Images implements Images {
  readonly #in: ClientOf<EC2Client>;
  readonly #clock: Clock;

  constructor(clients: ClientOf<EC2Client>, clock: Clock) {
    this.#in = clients;
    this.#clock = clock;
  }

  list(region: Region): Promise<Image[]> {
    return ownImages(this.#in(region), region);
  }

  listOf(region: Region, owners: readonly string[], names: readonly string[]): Promise<Image[]> {
    return imagesOf(this.#in(region), region, owners, names);
  }

  get(image: ImageRef): Promise<Image | undefined> {
    return imageById(this.#in(image.region), image);
  }

  copiesOf(root: ImageKey, region: Region): Promise<Image[]> {
    return copiesOfRoot(this.#in(region), root, region);
  }

  ancestors(image: ImageRef): Promise<ImageKey[]> {
    return ancestorsOf(this.#in(image.region), image);
  }

  grants(image: ImageRef): Promise<Principal[] | undefined> {
    return launchPermissions(this.#in(image.region), image);
  }

  async copy(request: CopyRequest, clientToken: string): Promise<ImageId> {
    const answer = await this.#in(request.region).send(new CopyImageCommand(copyInput(request, clientToken)));
    if (answer.ImageId === undefined) throw odd('CopyImage', request.region, 'an answer without ImageId');
    return answer.ImageId;
  }

  /** Removals first, so that the quota of entities has room for the additions. */
  async share(image: ImageRef, change: { add: readonly Principal[]; remove: readonly Principal[] }): Promise<void> {
    const permissions = (list: readonly Principal[]) =>
      chunks(
        list.map((principal) => permissionOf(image.region, principal)),
        changesPerCall,
      );
    const steps = [
      ...permissions(change.remove).map((some) => ({ Remove: some })),
      ...permissions(change.add).map((some) => ({ Add: some })),
    ];
    for (const step of steps)
      await this.#in(image.region).send(new ModifyImageAttributeCommand({ ImageId: image.id, LaunchPermission: step }));
  }

  snapshotAccounts(region: Region, snapshot: SnapshotId): Promise<AccountId[]> {
    return volumeAccounts(this.#in(region), region, snapshot);
  }

  shareSnapshots(
    region: Region,
    change: { add: readonly StorageGrant[]; remove: readonly StorageGrant[] },
  ): Promise<void> {
    return changeVolumePermissions(this.#in(region), change);
  }

  async mark(image: ImageRef, snapshots: readonly SnapshotId[], tags: Tags): Promise<void> {
    const list = tagList(tags);
    if (list.length === 0) return;
    for (const resources of chunks([image.id, ...snapshots], resourcesPerCall))
      await this.#in(image.region).send(new CreateTagsCommand({ Resources: resources, Tags: list }));
  }

  snapshotTags(region: Region, snapshots: readonly SnapshotId[]): Promise<Record<SnapshotId, Tags>> {
    return tagsOfSnapshots(this.#in(region), snapshots);
  }

  lockedSnapshots(region: Region): Promise<SnapshotLocks> {
    return locksOfSnapshots(this.#in(region));
  }

  inBin(region: Region): Promise<ImageId[]> {
    return imagesInBin(this.#in(region));
  }

  async deprecate(image: ImageRef, at: Instant): Promise<void> {
    const earliest = Math.ceil((this.#clock.now() + leadTime) / minute) * minute;
    const wholeMinute = Math.floor(at / minute) * minute;
    const when = new Date(Math.max(wholeMinute, earliest));
    const answer = await this.#in(image.region).send(
      new EnableImageDeprecationCommand({ ImageId: image.id, DeprecateAt: when }),
    );
    accepted('EnableImageDeprecation', image, answer);
  }

  async disable(image: ImageRef): Promise<void> {
    const answer = await this.#in(image.region).send(new DisableImageCommand({ ImageId: image.id }));
    accepted('DisableImage', image, answer);
  }

  async enable(image: ImageRef): Promise<void> {
    const answer = await this.#in(image.region).send(new EnableImageCommand({ ImageId: image.id }));
    accepted('EnableImage', image, answer);
  }

  async cancelDeprecation(image: ImageRef): Promise<void> {
    const answer = await this.#in(image.region).send(new DisableImageDeprecationCommand({ ImageId: image.id }));
    accepted('DisableImageDeprecation', image, answer);
  }

  async unmark(image: ImageRef, snapshots: readonly SnapshotId[], keys: readonly string[]): Promise<void> {
    const tags = keys.map((Key) => ({ Key }));
    for (const resources of chunks([image.id, ...snapshots], resourcesPerCall))
      await this.#in(image.region).send(new DeleteTagsCommand({ Resources: resources, Tags: tags }));
  }

  recover(image: ImageRef): Promise<boolean> {
    return recoverImage(this.#in(image.region), image.id);
  }

  recoverSnapshot(region: Region, snapshot: SnapshotId): Promise<boolean> {
    return recoverSnapshot(this.#in(region), snapshot);
  }

  rehearse(call: 'DisableImage' | 'DeregisterImage', image: ImageRef): Promise<void> {
    return rehearse(this.#in(image.region), call, image);
  }

  async deregister(image: ImageRef, options: { deleteSnapshots: boolean }): Promise<SnapshotResult[]> {
    const answer = await this.#in(image.region).send(
      new DeregisterImageCommand({ ImageId: image.id, DeleteAssociatedSnapshots: options.deleteSnapshots }),
    );
    accepted('DeregisterImage', image, answer);
    return (answer.DeleteSnapshotResults ?? []).flatMap(snapshotResult);
  }

  async deleteSnapshot(region: Region, snapshot: SnapshotId): Promise<boolean> {
    try {
      await this.#in(region).send(new DeleteSnapshotCommand({ SnapshotId: snapshot }));
      return true;
    } catch (error) {
      if (isPortError(error, 'not-found')) return true;
      if (isPortError(error, 'in-use')) return false;
      throw error;
    }
  }
}

/** Some operations answer `false` rather than fail. */
function accepted(operation: string, image: ImageRef, answer: { Return?: boolean | undefined }): void {
  if (answer.Return === false) throw odd(operation, image.region, `EC2 answered false for ${image.id}`);
}

const odd = (operation: string, region: Region, message: string): PortError =>
  new PortError('unexpected', { operation, region, code: 'UnexpectedAnswer' }, message);
