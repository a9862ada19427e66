import { describe, expect, it, test } from 'vitest';
import { judgeRemainingImages, judgeRemainingMarks } from '../../cli/doctor/checks/remains.ts';
import { judgeRemainingPointers, judgeRemainingShares } from '../../cli/doctor/checks/remains-given.ts';
import { judgeRemainingTable } from '../../cli/doctor/checks/remains-table.ts';
import { judgeStackLeaving } from '../../cli/doctor/checks/stack.ts';
import { known } from '../../shared/model/evidence.ts';
import type { Image } from '../../shared/model/image.ts';
import { mark } from '../../shared/model/marks.ts';
import { image } from '../rules/make.ts';
import { denied, everywhere, seen, statuses } from './make.ts';

const managed = (n: number, more: Partial<Image> = {}): Image =>
  image(n, { snapshots: [`snap-${n}`], tags: known({ [mark.managed]: 'true' }), ...more });
const foreign = image(9, { tags: known({ Team: 'ci' }) });
const here = (...images: Image[]) => everywhere(seen(images), 'us-east-1');

describe('marks that stay', () => {
  it('are removed from our images and their snapshots alone, and none that owners set', () => {
    const [finding, ...more] = judgeRemainingMarks(here(managed(1), managed(2), foreign));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ status: 'stays', says: expect.stringContaining('2 images') });
    const keys = Object.values(mark).map((key) => `Key=${key}`);
    expect(finding?.next).toEqual([
      `aws ec2 delete-tags --region us-east-1 --tags ${keys.join(' ')} --resources ${managed(1).id} snap-1 ${managed(2).id} snap-2`,
    ]);
    expect(finding?.next?.join()).not.toContain('keep-until');
  });

  it('fill as many commands as ids need', () => {
    const many = Array.from({ length: 51 }, (_, n) => managed(n));
    const [finding] = judgeRemainingMarks(here(...many));
    const ids = (finding?.next ?? []).map((command) => command.split('--resources ')[1]?.split(' ').length);
    expect(ids).toEqual([100, 2]);
  });

  it('are unknown where images could not be listed', () => {
    expect(statuses(judgeRemainingMarks([...here(managed(1)), ...everywhere(denied, 'eu-west-1')]))).toEqual([
      'stays',
      'unchecked',
    ]);
  });

  it('end by no command that changes anything but tags', () => {
    const commands = judgeRemainingMarks(here(managed(1))).flatMap(({ next = [] }) => next);
    expect(commands.filter((command) => !command.startsWith('aws ec2 delete-tags '))).toEqual([]);
  });
});

test('Images stay, and those that are disabled can be restored while there are records', () => {
  expect(judgeRemainingImages(here(managed(1), foreign))).toEqual([
    { status: 'stays', says: '1 managed image in us-east-1' },
  ]);
  const [, warning] = judgeRemainingImages(here(managed(1, { state: 'disabled' })));
  expect(warning).toMatchObject({
    status: 'warning',
    next: [`to have it back: ami-steward restore us-east-1/${managed(1).id}`],
  });
});

test('Shares and grants are counted from the records, and without them unknown', () => {
  const key = 'arn:aws:kms:eu-west-1:111122223333:key/k';
  const given = [undefined, 'snap-1', key, key].map((on) => ({
    image: 'us-east-1/ami-1' as const,
    principal: 'account:222233334444',
    ...(on !== undefined && { on }),
  }));
  expect(judgeRemainingShares(seen(given))).toEqual([
    {
      status: 'stays',
      says: '1 launch permission, 1 volume permission, 2 grants on keys',
      next: [`aws kms list-grants --region eu-west-1 --key-id ${key}`],
    },
  ]);
  expect(statuses([...judgeRemainingShares('no-table'), ...judgeRemainingShares(denied)])).toEqual([
    'unchecked',
    'unchecked',
  ]);
});

test('Pointers stay where they are, and without records are unknown', () => {
  const record = {
    pointer: { kind: 'parameter', region: 'us-east-1', name: '/golden/latest' },
    image: 'ami-1',
  } as never;
  expect(judgeRemainingPointers(seen([record]))).toEqual([
    { status: 'stays', says: '1 pointer: /golden/latest in us-east-1 names ami-1' },
  ]);
  expect(statuses([...judgeRemainingPointers('no-table'), ...judgeRemainingPointers(denied)])).toEqual([
    'unchecked',
    'unchecked',
  ]);
});

test('The table stays, and unnamed it is unknown', () => {
  const about = { home: 'us-east-1', kind: 'aws' as const };
  expect(judgeRemainingTable({ ...about, table: 't' })).toMatchObject([
    { status: 'stays', says: expect.stringMatching(/^t, retained/) },
  ]);
  expect(statuses(judgeRemainingTable(about))).toEqual(['unchecked']);
});

test('A stack goes last: first everything is stopped, then unmarked', () => {
  const about = { stackName: 'ami-steward-qa', home: 'us-east-1', table: 't' };
  const stack = { name: 'ami-steward-qa', status: 'CREATE_COMPLETE', outputs: {}, tags: {} };
  expect(judgeStackLeaving({ ...about, stack: seen(stack) })[0]?.next).toEqual([
    'ami-steward freeze --scope all --reason uninstall --table t',
    'the commands below marks',
    'npx serverless remove --stage qa',
  ]);
  expect(statuses(judgeStackLeaving({ ...about, stack: seen(undefined) }))).toEqual(['ok']);
  expect(statuses(judgeStackLeaving({ ...about, stack: denied }))).toEqual(['unchecked']);
});
