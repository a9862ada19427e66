import { bundleFunctions, compilePolicy, eventSchemas } from './build.mjs';
import { settleConditions } from './conditions.mjs';
import { encryptWith } from './customer-key.mjs';
import { admitOperators } from './operators.mjs';
import { pinAccount } from './own-account.mjs';
import { allowTopics } from './policy-roles.mjs';
import { confineParameters } from './published.mjs';
import { refersTo } from './references.mjs';
import { placeRegions, regionsOf } from './regions.mjs';
import { registerSchemas } from './schemas.mjs';
import { writeTexts } from './texts.mjs';

/** Bundles the functions before osls zips them, and stops the packaging when the policy file has errors. */
export default class StewardBuild {
  constructor(serverless, _options, { log }) {
    this.serverless = serverless;
    this.log = log;
    this.hooks = {
      'before:package:createDeploymentArtifacts': () => this.build(),
      'before:deploy:function:packageFunction': () => this.build(),
      'after:aws:package:finalize:mergeCustomProviderResources': () =>
        this.told('STEWARD', () => this.finishTemplate()),
    };
  }

  async build() {
    const { service, serviceDir } = this.serverless;
    const { policy, warnings } = await this.compiledPolicy();
    this.policy = policy;
    for (const warning of warnings) this.log.warning(warning);
    const built = await bundleFunctions(serviceDir, policy);
    for (const fn of Object.values(service.functions)) useBundle(fn, built);
    this.log.notice(built.map(({ name, bytes }) => `${name} ${Math.round(bytes / 1024)} KB`).join(', '));
  }

  compiledPolicy() {
    const { service, serviceDir } = this.serverless;
    return this.told('STEWARD_POLICY', () => compilePolicy(serviceDir, service.custom.steward.policy));
  }

  /** osls prints its own error class as the message alone, any other with a stack. */
  async told(code, run) {
    const { Error: Told } = this.serverless.classes;
    try {
      return await run();
    } catch (error) {
      throw error instanceof Told ? error : new Told(error.message, code);
    }
  }

  async finishTemplate() {
    this.policy ??= (await this.compiledPolicy()).policy;
    const { service, serviceDir } = this.serverless;
    const { publishedParameters, regions, kmsKey, operators } = service.custom.steward;
    const template = service.provider.compiledCloudFormationTemplate;
    const home = this.serverless.getProvider('aws').getRegion();
    confineParameters(template, this.policy, publishedParameters);
    placeRegions(template, regionsOf(this.policy, home), home, regions);
    admitOperators(template, operators);
    allowTopics(template.Resources, this.policy);
    encryptWith(template, kmsKey);
    pinAccount(template);
    writeTexts(template.Resources);
    registerSchemas(template.Resources, await eventSchemas(serviceDir));
    settleConditions(template, home);
    this.dropRedundantDependencies();
  }

  /** CloudFormation orders what `Ref` and `GetAtt` name by itself; osls says it again, which some endpoints refuse. */
  dropRedundantDependencies() {
    const { Resources } = this.serverless.service.provider.compiledCloudFormationTemplate;
    for (const resource of Object.values(Resources)) {
      const needed = [resource.DependsOn ?? []].flat().filter((name) => !refersTo(resource.Properties, name));
      if (needed.length > 0) resource.DependsOn = needed;
      else delete resource.DependsOn;
    }
  }
}

/** `functions/<name>/handler.handler` in serverless.yml becomes the bundle of that name, alone in its zip. */
function useBundle(fn, built) {
  const bundle = built.find(({ name }) => fn.handler === `functions/${name}/handler.handler`);
  if (!bundle) throw new Error(`serverless.yml: there is no ${fn.handler.replace(/\.handler$/, '.ts')}`);
  fn.handler = bundle.file.replace(/\.mjs$/, '.handler');
  fn.package = { individually: true, patterns: ['!**', bundle.file, `${bundle.file}.map`] };
}
