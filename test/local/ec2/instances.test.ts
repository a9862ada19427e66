import type { Instance, Reservation } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { putImage } from '../../../local/ec2/fixtures.ts';
import type { ImageRow } from '../../../local/ec2/rows.ts';
import { account, away, type Ec2, home, hours, makeEc2, minutes, stranger } from './harness.ts';

let ec2: Ec2;
let image: ImageRow;

beforeEach(() => {
  ec2 = makeEc2();
  image = putImage(ec2.world, { account, region: home, name: 'golden' });
});

const run = (input: object = {}): Reservation =>
  ec2.call('RunInstances', { ImageId: image.id, MinCount: 1, MaxCount: 1, ...input });
const idOf = (reservation: Reservation): string => reservation.Instances?.[0]?.InstanceId ?? '';
const list = (input: object = {}): Instance[] =>
  ec2
    .call<{ Reservations: Reservation[] }>('DescribeInstances', input)
    .Reservations.flatMap((reservation) => reservation.Instances ?? []);
const stateOf = (id: string) => list({ InstanceIds: [id] })[0]?.State?.Name;

describe('instances', () => {
  it('pass through their states with time, and are forgotten an hour after the end', async () => {
    const id = idOf(run());
    expect(stateOf(id)).toBe('pending');
    await ec2.pass(minutes(5));
    expect(stateOf(id)).toBe('running');
    expect(ec2.call('StopInstances', { InstanceIds: [id] })).toMatchObject({
      StoppingInstances: [
        { PreviousState: { Name: 'running', Code: 16 }, CurrentState: { Name: 'stopping', Code: 64 } },
      ],
    });
    await ec2.pass(minutes(5));
    expect(stateOf(id)).toBe('stopped');
    ec2.call('StartInstances', { InstanceIds: [id] });
    ec2.call('TerminateInstances', { InstanceIds: [id] });
    await ec2.pass(minutes(5));
    expect(stateOf(id)).toBe('terminated');
    expect(ec2.code('StartInstances', { InstanceIds: [id] })).toBe('IncorrectInstanceState');
    await ec2.pass(hours(1));
    expect(ec2.code('DescribeInstances', { InstanceIds: [id] })).toBe('InvalidInstanceID.NotFound');
  });

  it('are launched once per token, in the numbers asked for', () => {
    const first = run({ ClientToken: 't', MaxCount: 3 });
    expect(run({ ClientToken: 't', MaxCount: 3 })).toEqual(first);
    expect(first.Instances).toHaveLength(3);
    expect(list()).toHaveLength(3);
    const other = { ImageId: image.id, MinCount: 1, MaxCount: 1, ClientToken: 't' };
    expect(ec2.code('RunInstances', other)).toBe('IdempotentParameterMismatch');
  });

  it('need an image that the account may launch', () => {
    const launch = { ImageId: image.id, MinCount: 1, MaxCount: 1 };
    expect(ec2.code('RunInstances', launch, { account: stranger })).toBe('InvalidAMIID.NotFound');
    expect(ec2.code('RunInstances', launch, { region: away })).toBe('InvalidAMIID.NotFound');
    expect(ec2.code('RunInstances', { ...launch, ImageId: 'x' })).toBe('InvalidAMIID.Malformed');
    expect(ec2.code('RunInstances', { ...launch, MaxCount: 0 })).toBe('InvalidParameterValue');
  });

  it('are filtered and paged', async () => {
    const Tags = [{ Key: 'app', Value: 'web' }];
    const id = idOf(run({ TagSpecifications: [{ ResourceType: 'instance', Tags }], InstanceType: 't3.micro' }));
    run({ MaxCount: 6 });
    await ec2.pass(minutes(5));
    const by = (Name: string, ...Values: string[]) => list({ Filters: [{ Name, Values }] }).length;
    expect([by('image-id', image.id), by('tag:app', 'w*'), by('instance-state-name', 'running', 'stopped')]).toEqual([
      7, 1, 7,
    ]);
    expect([by('instance-type', 't3.*'), by('image-id', 'ami-00000000')]).toEqual([1, 0]);
    const first = ec2.call<{ NextToken: string }>('DescribeInstances', { MaxResults: 5 });
    expect(list({ MaxResults: 5, NextToken: first.NextToken })).toHaveLength(2);
    expect(ec2.code('DescribeInstances', { MaxResults: 5, InstanceIds: [id] })).toBe('InvalidParameterCombination');
    expect(ec2.code('DescribeInstances', { MaxResults: 4 })).toBe('InvalidParameterValue');
  });
});
