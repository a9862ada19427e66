import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { slimSchemas } from './slim.mjs';

/** Plain JavaScript without top-level await: osls loads this by `require`, also under a Node that knows no TypeScript. */

/** What all bundles of the project are built with. */
export const plain = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  mainFields: ['module', 'main'],
  legalComments: 'none',
  logLevel: 'silent',
  // CommonJS left-overs call `require`. The name is long because minified names are short, and two must not meet.
  banner: {
    js: "import{createRequire as stewardRequire}from'node:module';const require=stewardRequire(import.meta.url);",
  },
};

/** @param {string} root @returns {import('esbuild').BuildOptions} what the bundles of functions are built with */
export const slim = (root) => ({
  ...plain,
  minify: true,
  sourcemap: 'linked',
  sourcesContent: false,
  alias: { '@aws-sdk/credential-provider-node': join(root, 'scripts', 'lambda-credentials.mjs') },
  plugins: [slimSchemas],
});

/**
 * Compiles the policy file as `ami-steward validate` does.
 *
 * @param {string} root the project folder
 * @param {string} file the policy file, relative to it
 * @returns {Promise<{ policy: unknown, warnings: string[] }>} rejects with every problem, by file, line and column
 */
export async function compilePolicy(root, file) {
  const { compilePolicyFile } = await script(root, 'compile-policy');
  return compilePolicyFile(root, join(root, file));
}

/** @param {string} root @returns {Promise<{ name: string, type: string, content: object }[]>} the schemas of our events */
export async function eventSchemas(root) {
  return (await script(root, 'event-schemas')).eventSchemas();
}

/** A script of the project, bundled so that a Node without types can run it. */
async function script(root, name) {
  const outfile = join(root, 'dist', 'scripts', `${name}.mjs`);
  await esbuild.build({
    ...plain,
    target: 'node20',
    entryPoints: [join(root, 'scripts', `${name}.ts`)],
    outfile,
  });
  return import(`${pathToFileURL(outfile).href}?built=${(await stat(outfile)).mtimeMs}`);
}

/** @param {string} root @returns {Promise<string[]>} the functions: folders of `functions/` that hold a handler */
export async function functionNames(root) {
  const entries = await readdir(join(root, 'functions'), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/**
 * Bundles every handler into `dist/functions/<name>/handler.mjs`, with the compiled policy as `STEWARD_POLICY` inside.
 *
 * @param {string} root
 * @param {unknown} policy
 * @returns {Promise<{ name: string, file: string, bytes: number }[]>}
 */
export async function bundleFunctions(root, policy) {
  const outdir = join(root, 'dist', 'functions');
  await rm(outdir, { recursive: true, force: true });
  const names = await functionNames(root);
  await esbuild.build({
    ...slim(root),
    entryPoints: names.map((name) => ({ in: join(root, 'functions', name, 'handler.ts'), out: join(name, 'handler') })),
    outdir,
    define: { STEWARD_POLICY: JSON.stringify(policy) },
  });
  return Promise.all(
    names.map(async (name) => {
      const file = `dist/functions/${name}/handler.mjs`;
      return { name, file, bytes: (await stat(join(root, file))).size };
    }),
  );
}
