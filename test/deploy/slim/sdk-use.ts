import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { parseSync } from 'vite';
import { functionNames, plain } from '../../../scripts/build.mjs';
import { root } from '../packaged.ts';

/** Names that code imports from the SDK, by package. */
export type SdkUse = ReadonlyMap<string, readonly string[]>;

/**
 * What of the SDK each function really uses: its code is bundled with the SDK left outside, so that the bundler, which
 * drops what nothing calls, says what it would have to bring along.
 */
export async function sdkUses(): Promise<ReadonlyMap<string, SdkUse>> {
  const names = await functionNames(root);
  const { outputFiles = [] } = await esbuild.build({
    ...plain,
    entryPoints: names.map((name) => ({ in: join(root, 'functions', name, 'handler.ts'), out: name })),
    outdir: 'nowhere',
    external: ['@aws-sdk/*', '@smithy/*'],
    define: { STEWARD_POLICY: 'undefined' },
    write: false,
  });
  return new Map(names.map((name, place) => [name, useIn(outputFiles[place]?.text ?? '')]));
}

function useIn(text: string): SdkUse {
  const { staticImports } = parseSync('handler.mjs', text).module;
  const named = staticImports.flatMap(({ moduleRequest: { value }, entries }) =>
    entries.flatMap(({ importName }) => (importName.name ? [{ from: value, name: importName.name }] : [])),
  );
  const ofSdk = named.filter(({ from }) => from.startsWith('@')).sort((a, b) => (a.from < b.from ? -1 : 1));
  const byPackage = Map.groupBy(ofSdk, ({ from }) => from);
  return new Map([...byPackage].map(([from, all]) => [from, [...new Set(all.map(({ name }) => name))].sort()]));
}

/** All that several functions use. */
export function united(uses: readonly SdkUse[]): SdkUse {
  const packages = new Set(uses.flatMap((use) => [...use.keys()]));
  const namesIn = (from: string) => [...new Set(uses.flatMap((use) => use.get(from) ?? []))].sort();
  return new Map([...packages].sort().map((from) => [from, namesIn(from)]));
}

/** A module that brings along just that, and nothing of ours. */
export const bareModule = (use: SdkUse): string =>
  [...use].map(([from, names], place) => `export { ${renamed(names, place)} } from '${from}';`).join('\n');

/** Two packages may have something of the same name. */
const renamed = (names: readonly string[], place: number): string =>
  names.map((name) => `${name} as ${name}${place}`).join(', ');

/** A module that holds all of it under its names, for whoever wants to call it. */
export function heldModule(use: SdkUse): string {
  const imports = [...use].map(([from, names], place) => `import { ${renamed(names, place)} } from '${from}';`);
  const held = [...use].map(
    ([from, names], place) => `'${from}': { ${names.map((name) => `${name}: ${name}${place}`).join(', ')} },`,
  );
  return [...imports, 'export const sdk = {', ...held, '};'].join('\n');
}
