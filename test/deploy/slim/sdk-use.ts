import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { parseSync } from 'vite';
import { plain } from '../../../scripts/build.mjs';
import { root } from '../packaged.ts';

/** Names that code imports from the SDK, by package. */
export type SdkUse = ReadonlyMap<string, readonly string[]>;

/**
 * What of the SDK a function really uses: its code is bundled with the SDK left outside, so that the bundler, which drops
 * what nothing calls, says what it would have to bring along.
 */
export async function sdkUseOf(name: string): Promise<SdkUse> {
  const { outputFiles } = await esbuild.build({
    ...plain,
    entryPoints: [join(root, 'functions', name, 'handler.ts')],
    external: ['@aws-sdk/*', '@smithy/*'],
    define: { STEWARD_POLICY: 'undefined' },
    write: false,
  });
  const text = outputFiles?.[0]?.text ?? '';
  const { staticImports } = parseSync('handler.mjs', text).module;
  const named = staticImports.flatMap(({ moduleRequest: { value }, entries }) =>
    entries.flatMap(({ importName }) => (importName.name ? [[value, importName.name] as const] : [])),
  );
  const bySdk = Map.groupBy(
    named.filter(([from]) => from.startsWith('@')),
    ([from]) => from,
  );
  return new Map([...bySdk].map(([from, all]) => [from, [...new Set(all.map(([, one]) => one))].sort()]));
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
