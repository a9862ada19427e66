import { beforeEach, describe, expect, it } from 'vitest';
import { putImage } from '../../../local/ec2/fixtures.ts';
import type { EmbeddedAws } from '../../../local/world.ts';
import { account, open, start } from '../wire/helpers.ts';

const minute = 60_000;
const region = 'us-east-1';

let aws: EmbeddedAws;
beforeEach(() => {
  aws = open();
});

/** One HTTP request as any client would send it. */
async function send(method: string, path: string, body?: object) {
  const authorization = `AWS4-HMAC-SHA256 Credential=${account}/20260105/${region}/rbin/aws4_request, Signature=x`;
  const answered = await aws.handle({
    method,
    path,
    headers: { authorization, 'content-type': 'application/json' },
    body: body === undefined ? '' : JSON.stringify(body),
  });
  return {
    status: answered.status,
    error: answered.headers['x-amzn-errortype'],
    body: JSON.parse(answered.body) as Record<string, unknown>,
  };
}

const period = (days: number) => ({ RetentionPeriodValue: days, RetentionPeriodUnit: 'DAYS' });
const create = (more: object = {}) =>
  send('POST', '/rules', { ResourceType: 'EC2_IMAGE', RetentionPeriod: period(7), ...more });
const made = async (more: object = {}) => String((await create(more)).body.Identifier);
const list = (more: object = {}) => send('POST', '/list-rules', { ResourceType: 'EC2_IMAGE', ...more });

describe('a retention rule, by wire', () => {
  it('is made, read, changed and deleted', async () => {
    const tags = [{ ResourceTagKey: 'Team', ResourceTagValue: 'platform' }];
    const { status, body } = await create({ ResourceTags: tags, Description: 'golden' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ Description: 'golden', ResourceType: 'EC2_IMAGE', RetentionPeriod: period(7) });
    const id = String(body.Identifier);
    expect(id).toMatch(/^[0-9a-zA-Z]{11}$/);
    expect((await send('GET', `/rules/${id}`)).body).toEqual(body);
    const changed = await send('PATCH', `/rules/${id}`, { RetentionPeriod: period(9) });
    expect(changed.body).toEqual({ ...body, RetentionPeriod: period(9) });
    expect((await send('DELETE', `/rules/${id}`)).status).toBe(200);
    expect(await send('GET', `/rules/${id}`)).toMatchObject({ status: 404, error: 'ResourceNotFoundException' });
  });

  it('is listed with its resource type, in pages, without tags and status', async () => {
    const ids = await Promise.all([made(), made(), made()]);
    await made({ ResourceType: 'EBS_SNAPSHOT' });
    const first = await list({ MaxResults: 2 });
    const second = await list({ MaxResults: 2, NextToken: first.body.NextToken });
    const rules = [first, second].flatMap(({ body }) => body.Rules as Record<string, unknown>[]);
    expect(rules.map(({ Identifier }) => Identifier)).toEqual([...ids].sort());
    expect(second.body.NextToken).toBeUndefined();
    expect(Object.keys(rules[0] ?? {}).sort()).toEqual(['Description', 'Identifier', 'RetentionPeriod', 'RuleArn']);
  });

  it('can be looked for by its tags', async () => {
    const tag = (value: string) => [{ ResourceTagKey: 'Team', ResourceTagValue: value }];
    const id = await made({ ResourceTags: tag('platform') });
    await made({ ResourceTags: tag('web') });
    const found = (await list({ ResourceTags: tag('platform') })).body.Rules as { Identifier: string }[];
    expect(found.map(({ Identifier }) => Identifier)).toEqual([id]);
  });

  it.each([
    [{ RetentionPeriod: period(0) }],
    [{ RetentionPeriod: period(366) }],
    [{ RetentionPeriod: { RetentionPeriodValue: 7, RetentionPeriodUnit: 'WEEKS' } }],
    [{ ResourceType: 'EC2_INSTANCE' }],
    [{ ResourceTags: [{ ResourceTagKey: 'a' }], ExcludeResourceTags: [{ ResourceTagKey: 'b' }] }],
  ])('is refused: %j', async (more) => {
    expect(await create(more)).toMatchObject({ status: 400, error: 'ValidationException' });
  });

  it('is unknown to other requests and other Regions', async () => {
    expect(await send('PUT', '/rules')).toMatchObject({ status: 400, error: 'MissingAction' });
    const id = await made();
    expect(() => aws.call('rbin', 'GetRule', { Identifier: id }, { region: 'eu-west-1' })).toThrow('does not exist');
  });
});

describe('a new rule', () => {
  it.each([true, false])('keeps nothing for half an hour, and says so or not (%s)', async (ruleShowsAvailableEarly) => {
    aws = open({ switches: { ruleShowsAvailableEarly } });
    const id = await made();
    const status = async () => (await send('GET', `/rules/${id}`)).body.Status;
    const binned = (name: string): boolean => {
      const image = putImage(aws, { account, region, name });
      aws.call('ec2', 'DeregisterImage', { ImageId: image.id }, { region });
      const { Images } = aws.call('ec2', 'ListImagesInRecycleBin', {}, { region }) as { Images: { ImageId: string }[] };
      return Images.some(({ ImageId }) => ImageId === image.id);
    };
    await aws.timeline.advanceTo(start + 30 * minute - 1);
    expect(await status()).toBe(ruleShowsAvailableEarly ? 'available' : 'pending');
    expect(binned('early')).toBe(false);
    await aws.timeline.advanceTo(start + 30 * minute);
    expect(await status()).toBe('available');
    expect(binned('late')).toBe(true);
  });
});
