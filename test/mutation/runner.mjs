import { globSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { basename, dirname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { commonTokens, declareFactoryPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
  DryRunStatus,
  determineHitLimitReached,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { collect } from './collect.mjs';
import { MapOfRun } from './map-of-run.mjs';

globalThis.MapOfRun = MapOfRun;

const collector = new URL('collect.mjs', import.meta.url).href;
const stripped = new Map();

/** What the product keeps from one question to the next must not go from one mutant to the next. */
const withoutMemory = (text) =>
  text
    .replaceAll(/new WeakMap(?=[<(])/g, 'new MapOfRun')
    .replaceAll(/^(const \w+ = new )Map(<.*>\(\);)$/gm, '$1MapOfRun$2');

/** Which test runs through which mutant is counted in the first run only, since it takes time. */
const withoutCount = (text) => text.replaceAll('function stryCov_9fa48() {', '$& return;');

/** Loads the tests and the mutated files, each generation anew. The first counts. */
function hookInto(root, generation) {
  const isOurs = (url) => url.startsWith(root) && !url.includes('/node_modules/');
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'vitest' && isOurs(context.parentURL ?? '')) return { url: collector, shortCircuit: true };
      const found = next(specifier, context);
      return isOurs(found.url) && !found.url.includes('?') ? { ...found, url: `${found.url}?${generation()}` } : found;
    },
    load(url, context, next) {
      const [file = url] = url.split('?');
      if (!isOurs(url) || !file.endsWith('.ts')) return next(url, context);
      if (!stripped.has(file)) {
        const { source } = next(file, { ...context, format: 'module-typescript' });
        stripped.set(file, stripTypeScriptTypes(withoutMemory(String(source))));
      }
      const source = stripped.get(file);
      return { format: 'module', source: generation() === 0 ? source : withoutCount(source), shortCircuit: true };
    },
  });
}

/** First the tests that bear the name of the mutated file, then those of its folder: the sooner one fails, the fewer run. */
function nearest(files, mutated) {
  const [word] = basename(mutated).split(/[-.]/);
  const distance = (file) => (file.includes(`/${word}`) ? 0 : file.includes(`/${basename(dirname(mutated))}/`) ? 1 : 2);
  return [...files].sort((a, b) => distance(a) - distance(b));
}

/**
 * Runs the tests of `shared/rules` and `shared/model` in its own process, without starting anything for a mutant, which
 * takes milliseconds. Only a mutant in what runs while files are loaded needs them to be loaded anew.
 */
class InProcess {
  static inject = tokens(commonTokens.options, 'globalNamespace');
  #files;
  #state;
  #generation = 0;
  #loaded = new Map();

  constructor({ inProcess }, namespace) {
    this.#files = inProcess.tests.flatMap((pattern) => globSync(pattern, { exclude: inProcess.without }).sort());
    globalThis[namespace] ??= {};
    this.#state = globalThis[namespace];
    hookInto(pathToFileURL(process.cwd() + sep).href, () => this.#generation);
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun({ disableBail }) {
    const result = await this.#run(this.#files, undefined, {}, !disableBail);
    return { ...result, mutantCoverage: this.#state.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, mutantActivation, reloadEnvironment, hitLimit, disableBail }) {
    if (reloadEnvironment || this.#generation === 0) {
      this.#generation++;
      this.#loaded.clear();
    }
    Object.assign(this.#state, { hitCount: hitLimit === undefined ? undefined : 0, hitLimit });
    const during = { load: mutantActivation === 'static' ? activeMutant.id : undefined, tests: activeMutant.id };
    const files = nearest(this.#files, activeMutant.fileName);
    const result = await this.#run(files, testFilter && new Set(testFilter), during, !disableBail);
    this.#state.activeMutant = undefined;
    return toMutantRunResult(determineHitLimitReached(this.#state.hitCount, hitLimit) ?? result);
  }

  /** `active`: the mutant while files are loaded, and while tests run. What was loaded serves other mutants as well. */
  async #run(files, filter, active, bail) {
    const tests = [];
    for (const file of files) {
      if (filter && ![...filter].some((id) => id.startsWith(`${file}#`))) continue;
      let found;
      this.#state.activeMutant = active.load;
      try {
        found = await this.#testsOf(file);
      } catch (error) {
        return { status: DryRunStatus.Error, errorMessage: `${file}: ${error?.stack ?? error}` };
      }
      MapOfRun.forget();
      this.#state.activeMutant = active.tests;
      for (const one of found) {
        if (filter && !filter.has(one.id)) continue;
        this.#state.currentTestId = one.id;
        const result = await outcome(one);
        tests.push(result);
        if (bail && result.status === TestStatus.Failed) return { status: DryRunStatus.Complete, tests };
      }
      this.#state.currentTestId = undefined;
    }
    return { status: DryRunStatus.Complete, tests };
  }

  async #testsOf(file) {
    if (!this.#loaded.has(file)) {
      const url = pathToFileURL(join(process.cwd(), file)).href;
      const found = await collect(() => import(`${url}?${this.#generation}`));
      this.#loaded.set(
        file,
        found.map(({ name, body }) => ({ id: `${file}#${name}`, name, body, fileName: join(process.cwd(), file) })),
      );
    }
    return this.#loaded.get(file);
  }
}

async function outcome({ id, name, body, fileName }) {
  const began = performance.now();
  const told = () => ({ id, name, fileName, timeSpentMs: performance.now() - began });
  try {
    await body();
    return { ...told(), status: TestStatus.Success };
  } catch (error) {
    return { ...told(), status: TestStatus.Failed, failureMessage: String(error?.stack ?? error) };
  }
}

const create = (injector) => injector.provideValue('globalNamespace', '__stryker__').injectClass(InProcess);
create.inject = tokens(commonTokens.injector);

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'in-process', create)];

export const strykerValidationSchema = { properties: { inProcess: { type: 'object' } } };
