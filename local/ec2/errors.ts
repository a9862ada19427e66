import { AwsError } from '../kernel/service.ts';

/** The parts of EC2's error codes that name a resource by the prefix of its id. */
const codeNames: Readonly<Record<string, string>> = {
  ami: 'InvalidAMIID',
  snap: 'InvalidSnapshot',
  i: 'InvalidInstanceID',
  lt: 'InvalidLaunchTemplateId',
};
const nouns: Readonly<Record<string, string>> = {
  ami: 'image id',
  snap: 'snapshot ID',
  i: 'instance ID',
  lt: 'launch template ID',
};

const idPattern = /^([a-z]+)-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;

export const isId = (id: string): boolean => idPattern.test(id);

export const prefixOf = (id: string): string => id.slice(0, id.indexOf('-'));

/** Of several ids of one kind, all that are missing are named. */
export function notFound(...ids: readonly [string, ...string[]]): AwsError {
  const prefix = prefixOf(ids[0]);
  const noun = nouns[prefix] ?? 'ID';
  const what = ids.length === 1 ? `${noun} '[${ids[0]}]' does` : `${noun}s '[${ids.join(', ')}]' do`;
  return new AwsError(`${codeNames[prefix] ?? 'Invalid'}.NotFound`, `The ${what} not exist`);
}

/** What stands for an account, or for some of them, in a request for images or snapshots. */
export function checkUsers(parameter: string, users: readonly string[] | undefined, words: readonly string[]): void {
  for (const user of users ?? [])
    if (!words.includes(user) && !/^\d{12}$/.test(user))
      throw new AwsError('InvalidUserID.Malformed', `Invalid user id: "${user}" for parameter ${parameter}`);
}

/** Throws `….Malformed` unless the text is an id with this prefix. */
export function checkId(prefix: string, id: string): void {
  if (idPattern.exec(id)?.[1] === prefix) return;
  const name = prefix === 'snap' ? 'InvalidSnapshotID' : codeNames[prefix];
  throw new AwsError(`${name}.Malformed`, `Invalid id: "${id}" (expecting "${prefix}-...")`);
}

export const invalidValue = (parameter: string, value: unknown, why = 'is invalid'): AwsError =>
  new AwsError('InvalidParameterValue', `Value (${String(value)}) for parameter ${parameter} ${why}`);

export const invalidCombination = (message: string): AwsError => new AwsError('InvalidParameterCombination', message);

export const unavailable = (id: string, state: string): AwsError =>
  new AwsError('InvalidAMIID.Unavailable', `The image ID '${id}' is not available: its state is ${state}`);

/** @returns the value; a call without it fails as EC2 lets it fail. */
export function required<T>(value: T | undefined | null, parameter: string): T {
  if (value === undefined || value === null || value === '')
    throw new AwsError('MissingParameter', `The request must contain the parameter ${parameter}`);
  return value;
}
