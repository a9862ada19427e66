import { GetParametersCommand, paginateDescribeParameters, type SSMClient } from '@aws-sdk/client-ssm';
import { imageIdsIn, imageKey, type Region } from '../../model/ids.ts';
import type { Use } from '../../model/inventory.ts';
import type { UsageSource } from '../../ports/usage.ts';
import { chunks, mapFew } from '../batches.ts';
import type { ClientOf } from '../clients.ts';
import { unclear } from './unclear.ts';

/** DescribeParameters gives 50 at most, GetParameters takes 10. */
const pageSize = 50;
const namesPerCall = 10;
const callsAtOnce = 4;

/** A SecureString is not decrypted, so what it names is not seen. Parameters of type `aws:ec2:image` are strings. */
const readable = [{ Key: 'Type', Option: 'Equals', Values: ['String', 'StringList'] }];

/** Parameters whose current value names an image anywhere in it, whatever they are called. */
export class ParameterUsage implements UsageSource {
  readonly name = 'ssm-parameters';
  readonly #in: ClientOf<SSMClient>;

  constructor(clients: ClientOf<SSMClient>) {
    this.#in = clients;
  }

  async read(region: Region): Promise<Use[]> {
    const client = this.#in(region);
    const names = await namesOf(client, region);
    const read = await mapFew(chunks(names, namesPerCall), callsAtOnce, (some) => usesOf(client, region, some));
    return read.flat();
  }
}

async function namesOf(client: SSMClient, region: Region): Promise<string[]> {
  const names: string[] = [];
  const input = { ParameterFilters: readable, MaxResults: pageSize };
  for await (const page of paginateDescribeParameters({ client }, input))
    names.push(...(page.Parameters ?? []).map(({ Name }) => Name ?? nameless(region)));
  return names;
}

function nameless(region: Region): never {
  const at = { operation: 'DescribeParameters', region, code: 'UnexpectedAnswer' };
  throw unclear(at, 'a parameter without its name');
}

/** A name that SSM calls invalid was deleted since it was listed; one that it says nothing about is a hole. */
async function usesOf(client: SSMClient, region: Region, names: readonly string[]): Promise<Use[]> {
  const answer = await client.send(new GetParametersCommand({ Names: [...names] }));
  const { Parameters: found = [], InvalidParameters: gone = [] } = answer;
  const values = new Map(found.map(({ Name, Value }) => [Name, Value]));
  const missing = names.find((name) => values.get(name) === undefined && !gone.includes(name));
  if (missing !== undefined) {
    const at = { operation: 'GetParameters', region, code: 'UnexpectedAnswer' };
    throw unclear(at, `an answer without the value of ${missing}`);
  }
  return [...values].flatMap(([name = '', value = '']) => parameterUses(region, name, value));
}

/** Every image that the value names, once. */
export const parameterUses = (region: Region, name: string, value: string): Use[] =>
  imageIdsIn(value).map((id) => ({ image: imageKey(region, id), by: `parameter ${name}` }));
