import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAmiStateChange } from '../../events/ami-state-change/parse.ts';

const folder = new URL('../../events/ami-state-change/', import.meta.url);
const sample = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Record<string, unknown>;

const withDetail = (detail: Record<string, unknown>): unknown => {
  const event = sample('available');
  return { ...event, detail: { ...(event.detail as object), ...detail } };
};

const problemOf = (value: unknown): string => {
  const parsed = parseAmiStateChange(value);
  if (parsed.ok) throw new Error('the event was accepted');
  return parsed.problem;
};

describe('an EC2 AMI State Change event', () => {
  it.each(['available', 'failed', 'deregistered', 'disabled'])('is read in state %s', (state) => {
    const parsed = parseAmiStateChange(sample(state));
    expect(parsed).toMatchObject({ ok: true, event: { state, account: '111122223333' } });
  });

  it('gives the image with its Region, and the time as an instant', () => {
    expect(parseAmiStateChange(sample('available'))).toEqual({
      ok: true,
      event: {
        id: '5c1f0a52-7b1e-4c7e-9b53-0d2f6a8e4101',
        image: 'us-east-1/ami-0c4300000000a1b2c',
        imageId: 'ami-0c4300000000a1b2c',
        region: 'us-east-1',
        account: '111122223333',
        time: Date.UTC(2026, 0, 5, 9),
        state: 'available',
        requestId: 'c9d0e1f2-0a1b-4c2d-8e3f-000000000001',
      },
    });
  });

  it('carries the reason of a failure', () => {
    expect(parseAmiStateChange(sample('failed'))).toMatchObject({
      event: { errorMessage: 'Client.InternalError: the source snapshot could not be read' },
    });
  });

  it('may lack ErrorMessage and RequestId', () => {
    expect(parseAmiStateChange(withDetail({ ErrorMessage: undefined, RequestId: undefined })).ok).toBe(true);
  });

  it('may name an image by the old short id', () => {
    expect(parseAmiStateChange(withDetail({ ImageId: 'ami-0c43a1b2' })).ok).toBe(true);
  });

  it('with poison inside says everything that is wrong with it', () => {
    const problem = problemOf(sample('poison'));
    expect(problem).toContain('account is 111122223333, not an account id of twelve digits');
    expect(problem).toContain('time is "yesterday", not a time');
    expect(problem).toContain('detail.ImageId is "ami-12", not ami- and 8 or 17 hexadecimal digits');
    expect(problem).toContain('detail.State is "exploded", not one of available, failed, deregistered, disabled');
  });

  it.each([
    ['pending', 'EC2 announces no such state'],
    ['Available', 'case counts'],
    ['', 'an empty state is no state'],
  ])('in state "%s" is refused, since %s', (State) => {
    expect(problemOf(withDetail({ State }))).toContain('detail.State');
  });

  it.each([
    ['id', ''],
    ['account', '1111'],
    ['region', 'us-east'],
    ['time', '2026-13-45T00:00:00Z'],
    ['source', 'my.ec2'],
    ['detail-type', 'EC2 AMI Available'],
  ])('with a wrong %s is refused and the field named', (field, value) => {
    expect(problemOf({ ...sample('available'), [field]: value })).toContain(`${field} is ${JSON.stringify(value)}`);
  });

  it.each([[undefined], [null], [7], ['text'], [[]], [{}], [{ detail: null }]])('that is %j is a problem', (value) => {
    expect(problemOf(value)).toMatch(/^not an "EC2 AMI State Change" event: /);
  });

  it('shortens what it quotes, so that a log line stays a line', () => {
    expect(problemOf(withDetail({ State: 'x'.repeat(5000) })).length).toBeLessThan(300);
  });

  it('never throws, whatever arrives', () => {
    fc.assert(fc.property(fc.anything(), (value) => !parseAmiStateChange(value).ok));
    fc.assert(fc.property(fc.anything(), (detail) => !parseAmiStateChange({ ...sample('available'), detail }).ok));
  });
});

describe('the pattern of the rule', () => {
  it('names exactly what the parser accepts', () => {
    const { source, 'detail-type': type } = sample('available');
    expect(sample('pattern')).toEqual({ source: [source], 'detail-type': [type] });
  });
});
