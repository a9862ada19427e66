import { describe, expect, test } from 'vitest';
import { actionId } from '../../shared/model/action-id.ts';
import type { Action } from '../../shared/model/plan.ts';

const image = 'us-east-1/ami-00000001' as const;
const common = { image, root: image, policy: 'golden', mode: 'apply' as const, why: [] };
const request = { source: image, region: 'eu-west-1', name: 'golden-1', tags: {} };
const pointer = { kind: 'parameter', region: 'us-east-1', name: '/golden/latest' } as const;
const moved = { pointer, seen: 'd', built: 0, name: 'golden-1', setDefault: false, attempt: 1 };
const account = '111100001111';
const [one, other] = ['key-1', 'key-2'].map((on) => ({ on, account }));
if (!one || !other) throw new Error('no grants');

describe('an action is known by what it does to which image', () => {
  test.each<[Action, string]>([
    [{ ...common, kind: 'disable-image' }, ''],
    [{ ...common, kind: 'copy-image', request, generation: 2 }, ' to eu-west-1'],
    [{ ...common, kind: 'publish-image', ...moved }, ' by parameter /golden/latest'],
    [{ ...common, kind: 'share-image', add: [`account:${account}`], remove: [] }, ''],
    [{ ...common, kind: 'share-image', add: [`account:${account}`, 'everyone'], remove: [] }, ' with everyone'],
    [{ ...common, kind: 'share-image', add: [], remove: ['everyone'] }, ' back'],
    [{ ...common, kind: 'share-image', mode: 'plan', add: [`account:${account}`], remove: [] }, ' in mode plan'],
    [{ ...common, kind: 'share-snapshots', add: [one], remove: [] }, ''],
    [{ ...common, kind: 'share-snapshots', add: [], remove: [one] }, ' back'],
    [{ ...common, kind: 'grant-key', add: [one], remove: [] }, ' under key-1'],
    [{ ...common, kind: 'grant-key', add: [one, one], remove: [] }, ' under key-1'],
    [{ ...common, kind: 'grant-key', add: [], remove: [other] }, ' under key-2 back'],
    [{ ...common, kind: 'grant-key', mode: 'plan', add: [], remove: [other] }, ' under key-2 in mode plan back'],
    [{ ...common, kind: 'grant-key', add: [], remove: [] }, ''],
  ])('%#', (action, rest) => expect(actionId(action)).toBe(`${action.kind} ${image}${rest}`));
});
