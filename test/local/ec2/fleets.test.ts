import type {
  CreateFleetResult,
  DeleteFleetsResult,
  DescribeFleetsResult,
  DescribeSpotFleetRequestsResponse,
  DescribeSpotInstanceRequestsResult,
  FleetData,
  RequestSpotInstancesResult,
} from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { putImage } from '../../../local/ec2/fixtures.ts';
import type { ImageRow } from '../../../local/ec2/rows.ts';
import { account, away, days, type Ec2, home, hours, makeEc2, minutes, start, stranger } from './harness.ts';

let ec2: Ec2;
let image: ImageRow;
let LaunchTemplateId: string;

const makeTemplate = (LaunchTemplateName: string, ImageId: string): string =>
  ec2.call<{ LaunchTemplate: { LaunchTemplateId: string } }>('CreateLaunchTemplate', {
    LaunchTemplateName,
    LaunchTemplateData: { ImageId, InstanceType: 't3.nano' },
  }).LaunchTemplate.LaunchTemplateId;

beforeEach(() => {
  ec2 = makeEc2();
  image = putImage(ec2.world, { account, region: home, name: 'golden' });
  LaunchTemplateId = makeTemplate('web', image.id);
});

describe('EC2 Fleets', () => {
  const request = (more: object = {}, Version: string | undefined = '$Latest') => ({
    LaunchTemplateConfigs: [
      { LaunchTemplateSpecification: { LaunchTemplateId, Version }, Overrides: [{ InstanceType: 't3.nano' }] },
    ],
    TargetCapacitySpecification: { TotalTargetCapacity: 2 },
    ...more,
  });
  const create = (more: object = {}): string => ec2.call<CreateFleetResult>('CreateFleet', request(more)).FleetId ?? '';
  const list = (input: object = {}): FleetData[] =>
    ec2.call<DescribeFleetsResult>('DescribeFleets', input).Fleets ?? [];
  const instant = (ImageId = image.id) => ({
    Type: 'instant',
    LaunchTemplateConfigs: [
      { LaunchTemplateSpecification: { LaunchTemplateId, Version: '1' }, Overrides: [{ ImageId }] },
    ],
  });

  it('show the launch template as it was named, and start nothing', () => {
    const FleetId = create();
    expect(list()).toEqual([
      {
        FleetId,
        FleetState: 'active',
        ActivityStatus: 'pending_fulfillment',
        CreateTime: new Date(start),
        Type: 'maintain',
        FulfilledCapacity: 0,
        FulfilledOnDemandCapacity: 0,
        TargetCapacitySpecification: { TotalTargetCapacity: 2 },
        LaunchTemplateConfigs: [
          {
            LaunchTemplateSpecification: { LaunchTemplateId, Version: '$Latest' },
            Overrides: [{ InstanceType: 't3.nano' }],
          },
        ],
        Tags: [],
      },
    ]);
    expect(ec2.call('DescribeInstances', {})).toEqual({ Reservations: [] });
  });

  it('of type instant are shown only to who names them, and alone may name images', () => {
    const id = create(instant());
    const listed = create();
    expect(list().map(({ FleetId }) => FleetId)).toEqual([listed]);
    expect(list({ FleetIds: [id] })).toMatchObject([
      { Type: 'instant', LaunchTemplateConfigs: [{ Overrides: [{ ImageId: image.id }] }] },
    ]);
    expect(ec2.code('CreateFleet', request({ ...instant(), Type: 'maintain' }))).toBe('InvalidParameterCombination');
  });

  it('cannot keep up a template whose image is a parameter, unless they launch at once', () => {
    const alias = makeTemplate('alias', 'resolve:ssm:/golden');
    const named = (Type: string) => ({
      Type,
      LaunchTemplateConfigs: [{ LaunchTemplateSpecification: { LaunchTemplateId: alias, Version: '1' } }],
    });
    expect(ec2.code('CreateFleet', request(named('maintain')))).toBe('InvalidParameterCombination');
    expect(ec2.code('CreateFleet', request(named('request')))).toBe('InvalidParameterCombination');
    expect(create(named('instant'))).toMatch(/^fleet-/);
  });

  it('need a version, and a template that there is', () => {
    expect(ec2.code('CreateFleet', request({}, ''))).toBe('MissingParameter');
    expect(ec2.code('CreateFleet', request({}, '2'))).toBe('InvalidLaunchTemplateId.VersionNotFound');
    ec2.call('DeleteLaunchTemplate', { LaunchTemplateId });
    expect(ec2.code('CreateFleet', request())).toBe('InvalidLaunchTemplateId.NotFound');
  });

  it('outlive their template', () => {
    create();
    ec2.call('DeleteLaunchTemplate', { LaunchTemplateId });
    expect(list()).toMatchObject([{ FleetState: 'active' }]);
  });

  it('go through their states when they are deleted, and then from the list', async () => {
    const [kept, ended] = [create(), create()];
    const result = ec2.call<DeleteFleetsResult>('DeleteFleets', { FleetIds: [kept], TerminateInstances: false });
    expect(result).toEqual({
      SuccessfulFleetDeletions: [{ FleetId: kept, PreviousFleetState: 'active', CurrentFleetState: 'deleted_running' }],
      UnsuccessfulFleetDeletions: [],
    });
    ec2.call('DeleteFleets', { FleetIds: [ended], TerminateInstances: true });
    const states = () => list({ FleetIds: [kept, ended] }).map(({ FleetState }) => FleetState);
    expect(states().sort()).toEqual(['deleted_running', 'deleted_terminating']);
    await ec2.pass(minutes(1));
    expect(states()).toEqual(['deleted', 'deleted']);
    await ec2.pass(days(2) - minutes(1));
    expect(list()).toHaveLength(2);
    await ec2.pass(minutes(1));
    expect(list()).toEqual([]);
    expect(ec2.code('DescribeFleets', { FleetIds: [kept] })).toBe('InvalidFleetId.NotFound');
  });

  it('tell one by one which could not be deleted', () => {
    const FleetId = create();
    ec2.call('DeleteFleets', { FleetIds: [FleetId], TerminateInstances: true });
    const again = { FleetIds: [FleetId, 'fleet-00000000'], TerminateInstances: true };
    expect(ec2.call<DeleteFleetsResult>('DeleteFleets', again)).toMatchObject({
      SuccessfulFleetDeletions: [],
      UnsuccessfulFleetDeletions: [
        { FleetId, Error: { Code: 'fleetNotInDeletableState' } },
        { FleetId: 'fleet-00000000', Error: { Code: 'fleetIdDoesNotExist' } },
      ],
    });
    const running = { FleetIds: [create(instant())], TerminateInstances: false };
    expect(ec2.code('DeleteFleets', running)).toBe('InvalidParameterCombination');
  });

  it('belong to an account and a Region, come in pages, and are filtered', () => {
    const ids = [create(), create(), create({ Type: 'request' })].sort();
    expect(ec2.call('DescribeFleets', {}, { account: stranger })).toEqual({ Fleets: [] });
    expect(ec2.call('DescribeFleets', {}, { region: away })).toEqual({ Fleets: [] });
    const first = ec2.call<DescribeFleetsResult>('DescribeFleets', { MaxResults: 2 });
    const rest = list({ MaxResults: 2, NextToken: first.NextToken });
    expect([...(first.Fleets ?? []), ...rest].map(({ FleetId }) => FleetId)).toEqual(ids);
    expect(list({ Filters: [{ Name: 'type', Values: ['request'] }] })).toHaveLength(1);
    expect(list({ Filters: [{ Name: 'fleet-state', Values: ['deleted-running'] }] })).toEqual([]);
  });

  it('are made once for a client token', () => {
    const ClientToken = 'token';
    expect(create({ ClientToken })).toBe(create({ ClientToken }));
    expect(ec2.code('CreateFleet', request({ ClientToken, Type: 'request' }))).toBe('IdempotentParameterMismatch');
  });
});

describe('Spot Fleet requests', () => {
  const direct = () => ({ LaunchSpecifications: [{ ImageId: image.id, InstanceType: 't3.nano' }] });
  const templated = () => ({
    LaunchTemplateConfigs: [{ LaunchTemplateSpecification: { LaunchTemplateId, Version: '1' } }],
  });
  const config = (more: object) => ({
    SpotFleetRequestConfig: { IamFleetRole: 'arn:aws:iam::111122223333:role/fleet', TargetCapacity: 1, ...more },
  });
  const ask = (more: object): string =>
    ec2.call<{ SpotFleetRequestId: string }>('RequestSpotFleet', config(more)).SpotFleetRequestId;
  const list = (input: object = {}) =>
    ec2.call<DescribeSpotFleetRequestsResponse>('DescribeSpotFleetRequests', input).SpotFleetRequestConfigs ?? [];

  it('show what they were asked with, their dates included', () => {
    const ValidUntil = new Date(start + days(9));
    const SpotFleetRequestId = ask({ ...direct(), ValidUntil });
    expect(list()).toMatchObject([
      {
        SpotFleetRequestId,
        SpotFleetRequestState: 'active',
        SpotFleetRequestConfig: { LaunchSpecifications: [{ ImageId: image.id }], ValidUntil, FulfilledCapacity: 0 },
      },
    ]);
  });

  it('name images or templates, not both and not neither, and only images that there are', () => {
    ask(templated());
    expect(ec2.code('RequestSpotFleet', config({}))).toBe('InvalidParameterCombination');
    expect(ec2.code('RequestSpotFleet', config({ ...direct(), ...templated() }))).toBe('InvalidParameterCombination');
    const unknown = { LaunchSpecifications: [{ ImageId: 'ami-00000000' }] };
    expect(ec2.code('RequestSpotFleet', config(unknown))).toBe('InvalidAMIID.NotFound');
    LaunchTemplateId = makeTemplate('alias', 'resolve:ssm:/golden');
    expect(ec2.code('RequestSpotFleet', config(templated()))).toBe('InvalidParameterCombination');
  });

  it('are listed for two days after they were cancelled', async () => {
    const [first, second] = [ask(direct()), ask(templated())];
    ec2.call('CancelSpotFleetRequests', { SpotFleetRequestIds: [first], TerminateInstances: false });
    ec2.call('CancelSpotFleetRequests', { SpotFleetRequestIds: [second], TerminateInstances: true });
    const states = () => list().map(({ SpotFleetRequestState }) => SpotFleetRequestState);
    expect(states().sort()).toEqual(['cancelled_running', 'cancelled_terminating']);
    await ec2.pass(days(2));
    expect(states()).toEqual(['cancelled', 'cancelled']);
    await ec2.pass(minutes(1));
    expect(states()).toEqual([]);
    expect(ec2.code('DescribeSpotFleetRequests', { SpotFleetRequestIds: [first] })).toBe(
      'InvalidSpotFleetRequestId.NotFound',
    );
  });

  it('tell one by one which could not be cancelled, and come in pages', () => {
    const ids = [ask(direct()), ask(direct())].sort();
    const wrong = { SpotFleetRequestIds: ['sfr-00000000'], TerminateInstances: true };
    expect(ec2.call('CancelSpotFleetRequests', wrong)).toMatchObject({
      SuccessfulFleetRequests: [],
      UnsuccessfulFleetRequests: [{ Error: { Code: 'fleetRequestIdDoesNotExist' } }],
    });
    const page = ec2.call<DescribeSpotFleetRequestsResponse>('DescribeSpotFleetRequests', { MaxResults: 1 });
    const rest = list({ MaxResults: 1, NextToken: page.NextToken });
    expect([...(page.SpotFleetRequestConfigs ?? []), ...rest].map((one) => one.SpotFleetRequestId)).toEqual(ids);
  });
});

describe('Spot Instance requests', () => {
  const ask = (more: object = {}): string[] =>
    (
      ec2.call<RequestSpotInstancesResult>('RequestSpotInstances', {
        LaunchSpecification: { ImageId: image.id, InstanceType: 't3.nano' },
        ...more,
      }).SpotInstanceRequests ?? []
    ).map(({ SpotInstanceRequestId }) => SpotInstanceRequestId ?? '');
  const list = (input: object = {}) =>
    ec2.call<DescribeSpotInstanceRequestsResult>('DescribeSpotInstanceRequests', input).SpotInstanceRequests ?? [];

  it('stay open, as many as were asked for', () => {
    const ids = ask({ InstanceCount: 2, Type: 'persistent' });
    expect(ids).toHaveLength(2);
    expect(list({ SpotInstanceRequestIds: ids })).toMatchObject([
      { State: 'open', Type: 'persistent', LaunchSpecification: { ImageId: image.id } },
      { State: 'open', Type: 'persistent' },
    ]);
    expect(ec2.code('RequestSpotInstances', { LaunchSpecification: { ImageId: 'ami-00000000' } })).toBe(
      'InvalidAMIID.NotFound',
    );
  });

  it('are found by image, in pages of five or more', () => {
    ask({ InstanceCount: 6 });
    const by = (value: string) => list({ Filters: [{ Name: 'launch.image-id', Values: [value] }] });
    expect(by(image.id)).toHaveLength(6);
    expect(by('ami-00000000')).toEqual([]);
    expect(ec2.code('DescribeSpotInstanceRequests', { MaxResults: 4 })).toBe('InvalidParameterValue');
    const page = ec2.call<DescribeSpotInstanceRequestsResult>('DescribeSpotInstanceRequests', { MaxResults: 5 });
    expect(list({ MaxResults: 5, NextToken: page.NextToken })).toHaveLength(1);
  });

  it('are listed for four hours after they were cancelled', async () => {
    const ids = ask();
    expect(ec2.call('CancelSpotInstanceRequests', { SpotInstanceRequestIds: ids })).toEqual({
      CancelledSpotInstanceRequests: [{ SpotInstanceRequestId: ids[0], State: 'cancelled' }],
    });
    await ec2.pass(hours(4) - 1);
    expect(list()).toMatchObject([{ State: 'cancelled' }]);
    await ec2.pass(1);
    expect(list()).toEqual([]);
    expect(ec2.code('CancelSpotInstanceRequests', { SpotInstanceRequestIds: ids })).toBe(
      'InvalidSpotInstanceRequestID.NotFound',
    );
  });

  it('are made once for a client token', () => {
    expect(ask({ ClientToken: 'token' })).toEqual(ask({ ClientToken: 'token' }));
    expect(list()).toHaveLength(1);
  });
});
