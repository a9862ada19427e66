import type { CopyImageRequest, Tag, TagSpecification } from '@aws-sdk/client-ec2';
import { findRow, type ImageRow, type Tables, type TagMap } from '../ec2/rows.ts';
import type { Call } from '../kernel/service.ts';
import type { Access, Facts } from './access.ts';
import { imageAccess, snapshotAccess } from './resource-access.ts';

/** The fields of EC2's requests that name what is touched. */
export interface Ec2Input extends Partial<Pick<CopyImageRequest, 'SourceRegion' | 'SourceImageId'>> {
  readonly ImageId?: string;
  readonly ImageIds?: readonly string[];
  readonly SnapshotId?: string;
  readonly Resources?: readonly string[];
  readonly Tags?: readonly Tag[];
  readonly TagSpecifications?: TagSpecification[];
  readonly LaunchTemplateId?: string;
  readonly LaunchTemplateName?: string;
  readonly Attribute?: string;
  readonly OperationType?: string;
  readonly UserIds?: readonly string[];
  readonly GroupNames?: readonly string[];
  readonly CreateVolumePermission?: {
    readonly [K in 'Add' | 'Remove']?: readonly { readonly UserId?: string; readonly Group?: string }[];
  };
}

type AccessesOf = (action: string, input: Ec2Input, call: Call) => readonly Access[];

/** What is not there is not asked about: the operation itself says so. */
const row = <K extends keyof Tables>(call: Call, table: K, id: string | undefined): Tables[K][] =>
  [findRow(call.world, table, call, id ?? '')].filter((found) => found !== undefined);

const binned = (call: Call, id: string | undefined): ImageRow[] =>
  row(call, 'binned-images', id).map(({ kept }) => kept);

const attributeOf = ({ Attribute: name }: Ec2Input): Facts =>
  name === undefined ? {} : { values: { 'ec2:Attribute': name, [`ec2:Attribute/${name}`]: name } };

const tagMap = (tags: readonly Tag[]): TagMap =>
  Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));

const tagsFor = ({ TagSpecifications: given = [] }: Ec2Input, type: string): TagMap =>
  tagMap(given.flatMap((one) => (one.ResourceType === type ? (one.Tags ?? []) : [])));

/** Something that does not exist yet; with tags, which it is then born with, also the tagging. */
function creation(action: string, type: string, input: Ec2Input, { region, account }: Call): Access[] {
  const requestTags = tagsFor(input, type);
  const owner = type === 'image' || type === 'snapshot' ? '' : account;
  const made = { type, resource: `arn:aws:ec2:${region}:${owner}:${type}/*`, region, requestTags };
  const values = { 'ec2:CreateAction': action.replace('ec2:', '') };
  const tagged = Object.keys(requestTags).length > 0;
  return [{ ...made, action }, ...(tagged ? [{ ...made, action: 'ec2:CreateTags', values }] : [])];
}

/**
 * The source, and what becomes of it. Whether the tags of the copy are looked at for the source too is not written
 * anywhere, so they are: then a statement about copies alone does not let others' images in.
 */
const copy: AccessesOf = (action, input, call) => {
  const from = { ...call, region: input.SourceRegion ?? call.region };
  const requestTags = tagsFor(input, 'image');
  return [
    ...row(from, 'images', input.SourceImageId).map((source) => imageAccess(action, source, { requestTags })),
    ...creation(action, 'image', input, call),
    ...creation(action, 'snapshot', input, call),
  ];
};

const tagging: AccessesOf = (action, { Resources = [], Tags }, call) => {
  const facts: Facts = Tags === undefined ? {} : { requestTags: tagMap(Tags) };
  return Resources.flatMap((id) => [
    ...row(call, 'images', id).map((found) => imageAccess(action, found, facts)),
    ...row(call, 'snapshots', id).map((found) => snapshotAccess(action, found, facts)),
  ]);
};

const template: AccessesOf = (action, { LaunchTemplateId: id, LaunchTemplateName: name }, call) => {
  const all = [...call.world.state.table<Tables['launch-templates']>('launch-templates').values()];
  return all
    .filter((one) => one.region === call.region && one.account === call.account)
    .filter((one) => one.id === id || one.name === name)
    .map(({ id: found, tags, region, account }) => ({
      action,
      type: 'launch-template',
      resource: `arn:aws:ec2:${region}:${account}:launch-template/${found}`,
      region,
      tags,
    }));
};

/** With whom a snapshot is to be shared, or no longer. */
function sharing({ CreateVolumePermission: listed, ...flat }: Ec2Input): Facts {
  const entries = (change: 'Add' | 'Remove') => ({
    userId: [
      ...(listed?.[change] ?? []).flatMap(({ UserId }) => UserId ?? []),
      ...(flat.OperationType === change.toLowerCase() ? (flat.UserIds ?? []) : []),
    ],
    group: [
      ...(listed?.[change] ?? []).flatMap(({ Group }) => Group ?? []),
      ...(flat.OperationType === change.toLowerCase() ? (flat.GroupNames ?? []) : []),
    ],
  });
  const [added, removed] = [entries('Add'), entries('Remove')];
  return {
    values: {
      ...attributeOf(flat).values,
      'ec2:Add/userId': added.userId,
      'ec2:Add/group': added.group,
      'ec2:Remove/userId': removed.userId,
      'ec2:Remove/group': removed.group,
    },
  };
}

/** What EC2 reads in the caller's name to find what refers to an image. */
const readForReferences = [
  'ec2:DescribeInstances',
  'ec2:DescribeLaunchTemplateVersions',
  'ec2:DescribeLaunchTemplates',
  'imagebuilder:GetContainerRecipe',
  'imagebuilder:ListContainerRecipes',
  'imagebuilder:ListImageRecipes',
  'ssm:DescribeParameters',
];

const references: AccessesOf = (action, _input, { region, account }) => {
  const via = { region, calledVia: 'ec2-images.amazonaws.com' };
  const parameters = `arn:aws:ssm:${region}:${account}:parameter/*`;
  return [
    { action, type: '*', resource: '*', region },
    ...readForReferences.map((read) => ({ ...via, action: read, type: '*', resource: '*' })),
    { ...via, action: 'ssm:GetParameters', type: 'parameter', resource: parameters },
  ];
};

const onImage: AccessesOf = (action, input, call) =>
  row(call, 'images', input.ImageId).map((found) => imageAccess(action, found, attributeOf(input)));

const onSnapshot: AccessesOf = (action, input, call) =>
  row(call, 'snapshots', input.SnapshotId).map((found) => snapshotAccess(action, found, sharing(input)));

/** Actions that are no question about one image, by name. Listings are not here: they have no resource. */
const special: Readonly<Record<string, AccessesOf>> = {
  'ec2:CopyImage': copy,
  'ec2:CreateImageUsageReport': (action, input, call) => [
    ...onImage(action, input, call),
    ...creation(action, 'image-usage-report', input, call),
  ],
  'ec2:CreateLaunchTemplateVersion': template,
  'ec2:CreateTags': tagging,
  'ec2:DeleteSnapshot': onSnapshot,
  'ec2:DeleteTags': tagging,
  'ec2:DescribeImageReferences': references,
  'ec2:DescribeSnapshotAttribute': onSnapshot,
  'ec2:ModifyLaunchTemplate': template,
  'ec2:ModifySnapshotAttribute': onSnapshot,
  'ec2:RestoreImageFromRecycleBin': (action, { ImageId }, call) =>
    binned(call, ImageId).map((found) => imageAccess(action, found)),
  'ec2:RestoreSnapshotFromRecycleBin': (action, { SnapshotId = '' }, call) =>
    row(call, 'binned-snapshots', SnapshotId).map(({ kept }) => snapshotAccess(action, kept)),
};

export const ec2Accesses: AccessesOf = (action, input, call) => (special[action] ?? onImage)(action, input, call);
