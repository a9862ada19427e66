import type {
  CreateTagsRequest,
  DeleteTagsRequest,
  DescribeTagsRequest,
  DescribeTagsResult,
  Tag,
  TagDescription,
} from '@aws-sdk/client-ec2';
import { AwsError, type Call } from '../kernel/service.ts';
import { invalidValue, isId, notFound, prefixOf, required } from './errors.ts';
import { filterBy } from './filters.ts';
import { page } from './paging.ts';
import { findRow, type Row, rowsIn, save, type Tables, type TagMap } from './rows.ts';
import { addTags, toTagMap } from './tag-rules.ts';

type Tagged = 'images' | 'snapshots' | 'instances' | 'launch-templates';

const kinds: Readonly<Record<string, { table: Tagged; type: NonNullable<TagDescription['ResourceType']> }>> = {
  ami: { table: 'images', type: 'image' },
  snap: { table: 'snapshots', type: 'snapshot' },
  i: { table: 'instances', type: 'instance' },
  lt: { table: 'launch-templates', type: 'launch-template' },
};

const maxResources = 1000;

interface Target {
  readonly table: Tagged;
  readonly row: Row & { readonly tags: TagMap };
}

/** The caller's own resources, all of which must exist before one of them is changed. */
function targets(call: Call, ids: readonly string[] | undefined): Target[] {
  if (!ids?.length) throw new AwsError('MissingParameter', 'The request must contain the parameter resourceIdSet');
  if (ids.length > maxResources) throw invalidValue('resourceIdSet', ids.length, `exceeds ${maxResources} resources`);
  return ids.map((id) => {
    const kind = kinds[prefixOf(id)];
    if (!kind || !isId(id)) throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
    const row = findRow(call.world, kind.table, call, id);
    if (row?.account !== call.account) throw notFound(id);
    return { table: kind.table, row };
  });
}

const saveTags = (call: Call, { table, row }: Target, tags: TagMap): void =>
  save(call.world, table, { ...row, tags } as Tables[Tagged]);

/** All resources or none; existing keys are overwritten. */
export function createTags(input: CreateTagsRequest, call: Call): Record<string, never> {
  const added = toTagMap(required(input.Tags, 'Tags'));
  const all = targets(call, input.Resources).map((target) => ({ target, tags: addTags(target.row.tags, added) }));
  for (const { target, tags } of all) saveTags(call, target, tags);
  return {};
}

/** Without a value in the request the key alone decides, with one both must be equal. */
const isNamed = (key: string, value: string, tags: readonly Tag[]): boolean =>
  tags.some((tag) => tag.Key === key && (tag.Value === undefined || tag.Value === value));

/** Without `Tags` every user tag goes. A tag that is not there is no error. */
export function deleteTags(input: DeleteTagsRequest, call: Call): Record<string, never> {
  for (const target of targets(call, input.Resources)) {
    const kept = Object.entries(target.row.tags).filter(
      ([key, value]) => key.startsWith('aws:') || (input.Tags ? !isNamed(key, value, input.Tags) : false),
    );
    saveTags(call, target, Object.fromEntries(kept));
  }
  return {};
}

interface TagRow {
  readonly ResourceId: string;
  readonly ResourceType: NonNullable<TagDescription['ResourceType']>;
  readonly Key: string;
  readonly Value: string;
}
const keyOfTag = (tag: TagRow): string => `${tag.ResourceId} ${tag.Key}`;

export function describeTags(input: DescribeTagsRequest, call: Call): DescribeTagsResult {
  const all = Object.values(kinds).flatMap(({ table, type }) =>
    rowsIn(call.world, table, call.region)
      .filter((row) => row.account === call.account)
      .flatMap((row) =>
        Object.entries(row.tags).map(
          ([Key, Value]): TagRow => ({ ResourceId: row.id, ResourceType: type, Key, Value }),
        ),
      ),
  );
  const matches = filterBy<TagRow>(
    input.Filters,
    {
      key: (tag) => [tag.Key],
      value: (tag) => [tag.Value],
      'resource-id': (tag) => [tag.ResourceId],
      'resource-type': (tag) => [tag.ResourceType],
    },
    (tag) => ({ [tag.Key]: tag.Value }),
  );
  const found = all.filter(matches).sort((a, b) => (keyOfTag(a) < keyOfTag(b) ? -1 : 1));
  const { rows, ...token } = page(found, input, { min: 5, max: 1000 }, keyOfTag);
  return { Tags: rows, ...token };
}
