import { watchedRegions } from '../../shared/engine/observe.ts';
import { type Evidence, known, unknown } from '../../shared/model/evidence.ts';
import type { AccountId, Region } from '../../shared/model/ids.ts';
import type { Image } from '../../shared/model/image.ts';
import type { Inventory, Records } from '../../shared/model/inventory.ts';
import type { CompiledPolicy } from '../../shared/model/policy.ts';
import { accountOf } from '../inventory/account.ts';
import { type Answers, readAnswers } from '../inventory/answers.ts';
import { binIn } from '../inventory/bin.ts';
import { readDocuments } from '../inventory/document.ts';
import { readFolder } from '../inventory/folder.ts';
import { grantsOf } from '../inventory/grants.ts';
import { homeRegionOf } from '../inventory/home.ts';
import { notesOnImages, notesOnOrigins, originsOf, ownImages } from '../inventory/images.ts';
import { failOn } from '../inventory/problem.ts';
import { referencesTo, reportsOn } from '../inventory/references.ts';
import { usageIn } from '../inventory/usage.ts';
import type { LoadedPolicy } from '../policy-file.ts';
import type { WorldRequest } from './open.ts';
import type { World } from './world.ts';

/**
 * Saved answers of the AWS CLI, from which a plan can be made and nothing can be done.
 *
 * @throws InputError when the folder cannot be read, or a file in it is not what the AWS CLI prints
 */
export async function openInventoryWorld(request: WorldRequest, dir: string, loaded: LoadedPolicy): Promise<World> {
  const folder = await readFolder(dir, request.cwd);
  const documents = readDocuments(folder.files);
  const { answers, problems, notes } = readAnswers(documents.value);
  failOn([...documents.problems, ...problems], dir);
  const account = accountOf(documents.value, request.account, dir);
  const homeRegion = homeRegionOf(request.region, loaded.policy, folder.regions, dir);
  const inventory = inventoryOf({ answers, account, homeRegion, regions: folder.regions, policy: loaded.policy });
  return {
    kind: 'inventory',
    account,
    ...loaded,
    notes: [...folder.notes, ...notes, ...notesOnImages(answers.images, account), ...notesOnOrigins(inventory.origins)],
    now: () => request.at ?? answers.newest,
    look: async ({ scope, usage }) => ({ ...inventory, scope, usage: usage ? inventory.usage : [] }),
    close: async () => undefined,
  };
}

interface Seen {
  readonly answers: Answers;
  readonly account: AccountId;
  readonly homeRegion: Region;
  readonly regions: readonly Region[];
  readonly policy: CompiledPolicy;
}

/** No store ever saw this account: the records are those of a first deployment, which takes nothing for good. */
const noRecords: Records = { images: {}, intents: {}, granted: {}, pointers: {}, firstSweepAt: known(undefined) };

/** Every Region that is watched or has a folder. A watched one without a folder is unread, not empty. */
function inventoryOf({ answers, account, homeRegion, regions, policy }: Seen): Inventory {
  const all = [...new Set([...watchedRegions(policy, homeRegion), ...regions])].sort();
  const images = Object.fromEntries(
    all.map((region): [Region, Evidence<readonly Image[]>] => [
      region,
      regions.includes(region) ? ownImages(region, answers, account) : unknown('it has no folder in the inventory'),
    ]),
  );
  const seen = Object.values(images).flatMap((part) => (part.complete ? part.value : []));
  return {
    account,
    homeRegion,
    scope: 'account',
    images,
    origins: originsOf(images, answers.images, account),
    grants: grantsOf(seen, answers),
    usage: all.flatMap((region) => usageIn(region, answers, answers.newest)),
    references: referencesTo(seen, answers),
    reports: reportsOn(seen, answers),
    pointers: {},
    recycleBin: Object.fromEntries(all.map((region) => [region, binIn(region, answers)])),
    records: noRecords,
  };
}
