import type { Finding, Import, Source } from './source.ts';

/** What a layer may import: other layers by folder, packages by name or prefix. */
interface Layer {
  readonly folder: string;
  readonly layers: readonly string[];
  readonly packages: readonly string[];
  /** Folders of the layer that may import SDK values; elsewhere in it SDK imports are types only. */
  readonly sdkValues?: readonly string[];
}

const model = 'shared/model';
const ports = 'shared/ports';
const edges = ['shared', 'functions', 'events', 'local', 'cli', 'console', 'scripts', 'bench'];

/** Nouns <- rules <- engine <- edges. A folder may always import itself. */
export const layers: readonly Layer[] = [
  { folder: model, layers: [], packages: ['zod', 'node:crypto'] },
  { folder: 'shared/rules', layers: [model], packages: [] },
  { folder: ports, layers: [model], packages: [] },
  { folder: 'shared/actions', layers: [model, ports], packages: [] },
  { folder: 'shared/engine', layers: [model, 'shared/rules', 'shared/actions', ports], packages: [] },
  { folder: 'shared/aws', layers: [model, ports], packages: ['@aws-sdk/', '@smithy/'], sdkValues: ['shared/aws'] },
  { folder: 'events', layers: [model], packages: ['zod'] },
  {
    folder: 'local',
    layers: [model, ports],
    packages: ['@aws-sdk/', '@smithy/', 'node:'],
    sdkValues: ['local/wire'],
  },
  {
    folder: 'functions',
    layers: [model, ports, 'shared/engine', 'shared/aws', 'events'],
    packages: ['@middy/core', '@aws-lambda-powertools/', '@smithy/types', 'aws-lambda', 'node:'],
  },
  { folder: 'cli', layers: edges, packages: ['node:', 'zod', 'yaml'] },
  { folder: 'console', layers: edges, packages: ['node:'] },
  { folder: 'scripts', layers: edges, packages: ['node:', 'esbuild', 'zod'] },
  { folder: 'bench', layers: edges, packages: ['node:', '@aws-sdk/', '@smithy/', 'esbuild'], sdkValues: ['bench'] },
];

/** Composition builds everything that the engine works with, also what the other functions may not touch. */
const alsoMay: Readonly<Record<string, readonly string[]>> = { 'functions/compose.ts': ['shared/actions'] };

const isBelow = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);

const layerOf = (path: string): Layer | undefined => layers.find(({ folder }) => isBelow(path, folder));

export function checkDirections(file: Source): Finding[] {
  if (isBelow(file.path, 'test') || !file.path.includes('/')) return [];
  const layer = layerOf(file.path);
  if (!layer) return [`${file.path} is in no known layer`];
  return file.imports
    .filter((one) => !allowed(layer, file, one))
    .map(({ from }) => `${file.path} may not import ${from}: ${layer.folder} may not depend on it`);
}

function allowed(layer: Layer, file: Source, one: Import): boolean {
  const { file: target, from } = one;
  const folders = [layer.folder, ...layer.layers, ...(alsoMay[file.path] ?? [])];
  if (target !== undefined) return folders.some((folder) => isBelow(target, folder));
  const sdkValue = from.startsWith('@aws-sdk/') && !one.typeOnly;
  if (sdkValue && !layer.sdkValues?.some((folder) => isBelow(file.path, folder))) return false;
  return layer.packages.some((name) => (/[/:]$/.test(name) ? from.startsWith(name) : isPackage(from, name)));
}

const isPackage = (from: string, name: string): boolean => from === name || from.startsWith(`${name}/`);
