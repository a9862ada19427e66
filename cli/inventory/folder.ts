import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { inBatches } from '../../shared/engine/batches.ts';
import { InputError } from '../../shared/model/errors.ts';
import { isRegion, type Region } from '../../shared/model/ids.ts';
import type { Instant } from '../../shared/model/time.ts';

/** A `.json` file of the inventory. */
export interface SavedFile {
  readonly path: string;
  /** Absent for a file that lies beside the Region folders. */
  readonly region?: Region;
  readonly savedAt: Instant;
  readonly bytes: Uint8Array;
}

export interface Folder {
  readonly regions: readonly Region[];
  readonly files: readonly SavedFile[];
  /** What was not looked at. */
  readonly notes: readonly string[];
}

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly isFolder: boolean;
  readonly changedAt: Instant;
}

const layout = 'save the answers as DIR/REGION/ANY-NAME.json, for example DIR/us-east-1/images.json';

/**
 * The `.json` files of one folder per Region, and those beside these folders. Nothing deeper is read.
 *
 * @param cwd what `dir`, as a person named it and as it is shown, is relative to
 * @throws InputError when there is no such folder, nothing in it, no Region folder or no saved answer
 */
export async function readFolder(dir: string, cwd: string): Promise<Folder> {
  const top = await entriesOf(dir, cwd);
  const folders = top.filter(({ isFolder }) => isFolder);
  const regions = folders.filter(({ name }) => isRegion(name));
  if (top.length === 0) throw new InputError('the folder is empty', dir, layout);
  if (regions.length === 0) throw new InputError('no folder in it has the name of a Region', dir, layout);
  const below = await inBatches(regions, async (region) => ({ region, entries: await entriesOf(region.path, cwd) }));
  const inside = below.flatMap(({ region, entries }) => entries.map((entry) => ({ ...entry, region: region.name })));
  const files = await inBatches([...top, ...inside].filter(isSaved), (entry) => readSaved(entry, cwd));
  if (!files.some(({ region }) => region !== undefined))
    throw new InputError('its Region folders hold no .json file', dir, layout);
  const notes = [
    ...folders.filter(({ name }) => !isRegion(name)).map(({ path }) => `${path} is no Region's folder: not read`),
    ...inside.filter(({ isFolder }) => isFolder).map(({ path }) => `${path} lies too deep: not read`),
    ...[...top, ...inside].filter((entry) => !entry.isFolder && !isSaved(entry)).map(({ path }) => notJson(path)),
  ];
  return { regions: regions.map(({ name }) => name), files, notes };
}

const notJson = (path: string): string => `${path} is no .json file: not read`;

const isSaved = ({ name, isFolder }: Entry): boolean => !isFolder && extname(name).toLowerCase() === '.json';

async function readSaved({ path, changedAt, region }: Entry & { region?: Region }, cwd: string): Promise<SavedFile> {
  const bytes = await reading(path, () => readFile(resolve(cwd, path)));
  return { path, bytes, savedAt: changedAt, ...(region !== undefined && { region }) };
}

/** In the order of their names; hidden ones are the file system's own. */
async function entriesOf(dir: string, cwd: string): Promise<Entry[]> {
  const names = (await reading(dir, () => readdir(resolve(cwd, dir)))).filter((name) => !name.startsWith('.')).sort();
  return inBatches(names, async (name) => {
    const path = join(dir, name);
    const found = await reading(path, () => stat(resolve(cwd, path)));
    return { name, path, isFolder: found.isDirectory(), changedAt: Math.floor(found.mtimeMs) };
  });
}

async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new InputError(reasonOf(error), path, 'give a folder of saved AWS CLI answers that can be read');
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'it is no folder',
  EISDIR: 'it is a folder, where a file belongs',
  EACCES: 'permission to read it is denied',
  EPERM: 'permission to read it is denied',
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}
