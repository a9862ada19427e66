import {
  CreateLaunchTemplateVersionCommand,
  type EC2Client,
  type LaunchTemplate,
  type LaunchTemplateVersion,
  ModifyLaunchTemplateCommand,
  paginateDescribeLaunchTemplates,
  paginateDescribeLaunchTemplateVersions,
} from '@aws-sdk/client-ec2';
import { GetParametersCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { PortError } from '../model/errors.ts';
import type { ImageId, Region } from '../model/ids.ts';
import { type Pointer, type PointerState, publishTag, type TemplateVersion } from '../model/pointer.ts';
import type { Pointers } from '../ports/pointers.ts';
import { chunks, mapFew } from './batches.ts';
import type { ClientOf } from './clients.ts';

/** GetParameters takes at most 10 names. */
const namesPerCall = 10;
/** A filter of EC2 takes at most 200 values. */
const valuesPerFilter = 200;
const templatesAtOnce = 8;

type Template = Extract<PointerState, { kind: 'launch-template' }>;

/** SSM parameters and launch templates of every Region. */
export class AwsPointers implements Pointers {
  readonly #ec2: ClientOf<EC2Client>;
  readonly #ssm: ClientOf<SSMClient>;

  constructor(clients: { ec2: ClientOf<EC2Client>; ssm: ClientOf<SSMClient> }) {
    this.#ec2 = clients.ec2;
    this.#ssm = clients.ssm;
  }

  async read(kind: Pointer['kind'], region: Region, names: readonly string[]): Promise<Map<string, PointerState>> {
    const found = new Map<string, PointerState>(names.map((name) => [name, { kind: 'absent' }]));
    const seen = kind === 'parameter' ? this.#parameters(region, names) : this.#templates(region, names);
    for (const [name, state] of await seen) if (found.has(name)) found.set(name, state);
    return found;
  }

  async putParameter(region: Region, name: string, image: ImageId): Promise<void> {
    const input = { Name: name, Value: image, Type: 'String', DataType: 'aws:ec2:image', Overwrite: true } as const;
    await this.#ssm(region).send(new PutParameterCommand(input));
  }

  async addVersion(
    region: Region,
    template: string,
    { image, source }: { image: ImageId; source: number },
    clientToken: string,
  ): Promise<number> {
    const answer = await this.#ec2(region).send(
      new CreateLaunchTemplateVersionCommand({
        LaunchTemplateId: template,
        SourceVersion: String(source),
        LaunchTemplateData: { ImageId: image },
        ClientToken: clientToken,
      }),
    );
    const number = answer.LaunchTemplateVersion?.VersionNumber;
    if (number !== undefined) return number;
    throw odd('CreateLaunchTemplateVersion', region, 'an answer without VersionNumber');
  }

  async setDefaultVersion(region: Region, template: string, version: number): Promise<void> {
    await this.#ec2(region).send(
      new ModifyLaunchTemplateCommand({ LaunchTemplateId: template, DefaultVersion: String(version) }),
    );
  }

  async #parameters(region: Region, names: readonly string[]): Promise<[string, PointerState][]> {
    const answers = await mapFew(chunks(names, namesPerCall), templatesAtOnce, (some) =>
      this.#ssm(region).send(new GetParametersCommand({ Names: some })),
    );
    return answers.flatMap(({ Parameters: found = [] }) =>
      found.map(({ Name: name = '', Value: value = '' }): [string, PointerState] => [
        name,
        { kind: 'parameter', value },
      ]),
    );
  }

  /** Asked for by filter, since EC2 fails the whole call for one name that does not exist. */
  async #templates(region: Region, names: readonly string[]): Promise<[string, Template][]> {
    const client = this.#ec2(region);
    const templates: LaunchTemplate[] = [];
    for (const some of chunks(names, valuesPerFilter)) {
      const input = { Filters: [{ Name: 'launch-template-name', Values: some }], MaxResults: 200 };
      for await (const page of paginateDescribeLaunchTemplates({ client }, input))
        templates.push(...(page.LaunchTemplates ?? []));
    }
    return mapFew(templates, templatesAtOnce, async (template) => [
      template.LaunchTemplateName ?? '',
      await stateOf(client, region, template),
    ]);
  }
}

/** The image of each version as it is written there: an alias names whatever its parameter names, not one image. */
async function stateOf(client: EC2Client, region: Region, template: LaunchTemplate): Promise<Template> {
  const versions: LaunchTemplateVersion[] = [];
  const input = { LaunchTemplateId: template.LaunchTemplateId, Versions: ['$Latest', '$Default'] };
  for await (const page of paginateDescribeLaunchTemplateVersions({ client }, input))
    versions.push(...(page.LaunchTemplateVersions ?? []));
  const version = (which: (one: LaunchTemplateVersion) => boolean): TemplateVersion => {
    const found = versions.find(which);
    const image = found?.LaunchTemplateData?.ImageId;
    if (found?.VersionNumber === undefined)
      throw odd(
        'DescribeLaunchTemplateVersions',
        region,
        `an answer without a version of ${template.LaunchTemplateId}`,
      );
    return { version: found.VersionNumber, ...(image !== undefined && image !== '' && { image }) };
  };
  const newest = Math.max(...versions.map(({ VersionNumber: number = 0 }) => number));
  return {
    kind: 'launch-template',
    id: template.LaunchTemplateId ?? '',
    publishable: (template.Tags ?? []).some(({ Key: key, Value: value }) => key === publishTag && value === 'true'),
    latest: version(({ VersionNumber: number }) => number === newest),
    default: version(({ DefaultVersion: isDefault }) => isDefault === true),
  };
}

const odd = (operation: string, region: Region, message: string): PortError =>
  new PortError('unexpected', { operation, region, code: 'UnexpectedAnswer' }, message);
