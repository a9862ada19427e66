import { readFile } from 'node:fs/promises';

const computedKey = /\[(_[A-Za-z0-9]+)\]:/g;
const constant = /^const (_[A-Za-z0-9]+) = ("(?:[^"\\]|\\.)*");$/gm;

/**
 * The SDK's schema modules write their keys as `[_name]:` over constants, which a bundler must take for code with
 * effects, so nothing can be left out: 540 KB for EC2. With the literal keys written in, what is not called goes.
 *
 * @param {string} source a module `dist-es/schemas/schemas_N.js`
 * @returns {{ text: string, replaced: number }}
 */
export function literalKeys(source) {
  const literals = new Map([...source.matchAll(constant)].map(([, name, literal]) => [name, literal]));
  let replaced = 0;
  const text = source.replace(computedKey, (whole, name) => {
    const literal = literals.get(name);
    if (literal === undefined) return whole;
    replaced += 1;
    return `${literal}:`;
  });
  return { text, replaced };
}

/** Fails the build when there is nothing to replace: the SDK has changed, and bundles would grow unseen. */
export const slimSchemas = {
  name: 'slim-schemas',
  /** @param {import('esbuild').PluginBuild} build */
  setup(build) {
    build.onLoad({ filter: /[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/ }, async ({ path }) => {
      const { text, replaced } = literalKeys(await readFile(path, 'utf8'));
      if (replaced > 0) return { contents: text, loader: 'js' };
      return { errors: [{ text: `no computed keys in ${path}: has the SDK changed its schema modules?` }] };
    });
  },
};
