import { describe, expect, it } from 'vitest';
import { toEntry } from '../../events/lifecycle/entry.ts';
import { lifecycleSchema } from '../../events/lifecycle/schema.ts';
import { announcer, eventsOf, heldEvent } from '../../shared/engine/announce.ts';
import type { Engine, Run } from '../../shared/engine/engine.ts';
import { because } from '../../shared/model/codes.ts';
import type { ImageKey } from '../../shared/model/ids.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { LifecycleEvent } from '../../shared/model/lifecycle-event.ts';
import type { Outcome } from '../../shared/model/outcome.ts';
import type { Action } from '../../shared/model/plan.ts';

const image: ImageKey = 'us-east-1/ami-0c4300000000a1b2c';
const at = Date.UTC(2026, 0, 5, 9);
const engine = {
  account: '111122223333',
  homeRegion: 'us-east-1',
  policy: { version: 1, hash: '9f3c1e2a'.repeat(8), policies: [] },
  clock: { now: () => at, sleep: () => Promise.resolve() },
} as unknown as Engine;
const run: Run = { id: '5d0e7f7a1c2b3948', correlationId: '5d0e7f7a1c2b3948', causationId: '5d0e7f7a1c2b3948', at };
const inventory = { images: {}, records: { images: {} } } as unknown as Inventory;
const say = announcer(engine, run, inventory);

const common = {
  image,
  root: image,
  family: 'golden',
  policy: 'golden',
  mode: 'apply',
  why: [because('copy-missing')],
} as const;
const request = { source: image, region: 'eu-west-1', name: 'golden-1', tags: {} };
const snapshots = ['snap-0c4300000000a1b2c'];
const results = [{ id: snapshots[0], result: 'success' }];

/** Every kind of action with what it reports when it is done. */
const done: readonly (readonly [Action, Outcome['detail']])[] = [
  [
    { ...common, kind: 'copy-image', request, generation: 1 },
    { copyId: 'ami-0c4300000000a1b3d', to: 'eu-west-1' },
  ],
  [{ ...common, kind: 'share-image', add: ['account:222233334444'], remove: ['everyone'] }, {}],
  [
    {
      ...common,
      kind: 'publish-image',
      pointer: { kind: 'parameter', region: 'us-east-1', name: '/golden/latest' },
      seen: 'f'.repeat(64),
      built: at,
      name: 'golden-1',
      fromName: 'golden-0',
      setDefault: false,
      attempt: 1,
    },
    { from: 'ami-0c4200000000a1b2c', to: 'ami-0c4300000000a1b2c' },
  ],
  [{ ...common, kind: 'mark-image', tags: {}, snapshots }, {}],
  [
    { ...common, kind: 'give-notice', step: 'disable-image', due: at, owners: ['team@example.com'], images: [image] },
    {},
  ],
  [{ ...common, kind: 'deprecate-image' }, { deprecatedAt: at }],
  [{ ...common, kind: 'disable-image' }, { savedGrants: ['account:222233334444'] }],
  [{ ...common, kind: 'approve-removal', snapshots }, { snapshots }],
  [
    { ...common, kind: 'deregister-image', snapshots, deleteSnapshots: true },
    { snapshots: results, left: [] },
  ],
  [
    { ...common, kind: 'clean-up-copy', snapshots, reason: 'failed', approved: true },
    { snapshots: results, left: [] },
  ],
];

const issuesOf = (event: LifecycleEvent): unknown =>
  lifecycleSchema(event.type).safeParse(JSON.parse(JSON.stringify(toEntry(event)))).error?.issues;

describe('what the engine emits fits its published schema', () => {
  it.each(done)('when $kind is done', (action, detail) => {
    for (const event of eventsOf({ action, status: 'done', detail }, say)) expect(issuesOf(event)).toBeUndefined();
  });

  it.each(done)('when $kind is blocked', (action) => {
    const error = { kind: 'denied', code: 'UnauthorizedOperation', message: 'no' } as const;
    const [event] = eventsOf({ action, status: 'blocked', detail: { why: 'no' }, error }, say);
    expect(event && issuesOf(event)).toBeUndefined();
    expect(event?.type).toBe('AMI Action Blocked');
  });

  it('when a guard holds a step', () => {
    const held = {
      ...common,
      step: 'disable-image',
      guards: [because('in-use', { by: ['i-0a1 (running)'] })],
    } as const;
    expect(issuesOf(heldEvent(held, say))).toBeUndefined();
  });
});
