import type { Tag, TagSpecification } from '@aws-sdk/client-ec2';
import { AwsError } from '../kernel/service.ts';
import { invalidValue } from './errors.ts';
import type { TagMap } from './rows.ts';

const maxTags = 50;
const maxKey = 127;
const maxValue = 256;

function checkTag(key: string, value: string): void {
  if (key === '' || key.length > maxKey)
    throw new AwsError('InvalidTagKey.Malformed', `Tag key '${key}' must have 1 to ${maxKey} characters`);
  if (key.toLowerCase().startsWith('aws:'))
    throw new AwsError('InvalidParameterValue', `Tag keys starting with 'aws:' are reserved for internal use`);
  if (value.length > maxValue)
    throw new AwsError('InvalidParameterValue', `The value of tag '${key}' exceeds the maximum length of ${maxValue}`);
}

export function toTagMap(tags: readonly Tag[] | undefined): TagMap {
  const entries = (tags ?? []).map((tag): [string, string] => [tag.Key ?? '', tag.Value ?? '']);
  for (const [key, value] of entries) checkTag(key, value);
  return Object.fromEntries(entries);
}

/** Existing keys are overwritten. More than 50 user tags on one resource is `TagLimitExceeded`. */
export function addTags(present: TagMap, added: TagMap): TagMap {
  const all = { ...present, ...added };
  if (Object.keys(all).filter((key) => !key.startsWith('aws:')).length > maxTags)
    throw new AwsError('TagLimitExceeded', `A resource may have at most ${maxTags} tags`);
  return all;
}

/** The tags meant for one resource type; a type that the operation does not know fails the whole call. */
export function specifiedTags(
  specifications: readonly TagSpecification[] | undefined,
  allowed: readonly string[],
): (type: string) => TagMap {
  for (const { ResourceType: type } of specifications ?? [])
    if (!type || !allowed.includes(type)) throw invalidValue('TagSpecification.ResourceType', type);
  return (type) =>
    (specifications ?? [])
      .filter((specification) => specification.ResourceType === type)
      .reduce<TagMap>((tags, specification) => addTags(tags, toTagMap(specification.Tags)), {});
}
