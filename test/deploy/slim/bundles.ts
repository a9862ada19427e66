import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { slim } from '../../../scripts/build.mjs';
import { root } from '../packaged.ts';

/** A folder for bundles that only a test looks at. */
export class Workshop {
  readonly #folder = mkdtempSync(join(tmpdir(), 'bundles-'));

  /** @returns the file of a bundle of the module whose text is given */
  async build(name: string, contents: string, how: esbuild.BuildOptions): Promise<string> {
    const outfile = join(this.#folder, `${name}.mjs`);
    const { outExtension: _, ...settings } = how;
    await esbuild.build({ ...settings, stdin: { contents, resolveDir: root }, outfile });
    return outfile;
  }

  clear(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/** As the functions are built, but with the credentials as the SDK finds them: no code of ours at all. */
export const bare: esbuild.BuildOptions = { ...slim(root), alias: {} };

export const bundleOf = (name: string): string => join(root, 'dist', 'functions', name, 'handler.mjs');

export const sizeOf = (file: string): number => statSync(file).size;
