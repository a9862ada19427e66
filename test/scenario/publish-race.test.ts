import { beforeEach, describe, expect, it } from 'vitest';
import { putImage } from '../../local/ec2/fixtures.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import { EmbeddedAws } from '../../local/world.ts';
import type { Workbench } from '../../shared/actions/action.ts';
import { Ledger } from '../../shared/actions/ledger.ts';
import { publishImage } from '../../shared/actions/publish-image.ts';
import { ec2Clients, kmsClients, ssmClients } from '../../shared/aws/clients.ts';
import { Ec2Images } from '../../shared/aws/images.ts';
import { KmsKeys } from '../../shared/aws/keys.ts';
import { AwsPointers } from '../../shared/aws/pointers.ts';
import { Ec2ImageUsage } from '../../shared/aws/usage/single-images.ts';
import { digest } from '../../shared/model/digest.ts';
import { imageKey } from '../../shared/model/ids.ts';
import type { ActionOf } from '../../shared/model/plan.ts';
import type { PointerState } from '../../shared/model/pointer.ts';
import { day, minute } from '../../shared/model/time.ts';
import { testOptions, testRetry } from '../contract/support.ts';
import { home } from '../rules/make.ts';

const pointer = { kind: 'parameter', region: home, name: '/golden/latest' } as const;
const nothing: PointerState = { kind: 'absent' };

describe('INV-13 two runs that decided before they knew of one another', () => {
  let aws: EmbeddedAws;
  let bench: Workbench;
  beforeEach(() => {
    aws = EmbeddedAws.open({ start: Date.UTC(2026, 0, 5, 9), homeRegion: home });
    const options = testOptions({
      home,
      retry: testRetry(aws.timeline),
      plugin: (region) => aws.directPlugin({ region }),
    });
    const ec2 = ec2Clients(options);
    bench = {
      images: new Ec2Images(ec2, aws.timeline),
      keys: new KmsKeys(kmsClients(options)),
      imageUsage: new Ec2ImageUsage(ec2),
      pointers: new AwsPointers({ ec2, ssm: ssmClients(options) }),
      ledger: new Ledger(new EmbeddedStore(aws.state, home)),
      clock: aws.timeline,
      account: aws.account,
      role: 'on-image-event',
      run: 'one',
      correlationId: 'c',
      policyHash: 'f'.repeat(64),
    };
  });

  const move = (number: number, more: Partial<ActionOf<'publish-image'>> = {}): ActionOf<'publish-image'> => {
    const built = aws.timeline.now() + number;
    const row = putImage(aws, { account: aws.account, region: home, name: `golden-${number}`, createdAt: built });
    const image = imageKey(home, row.id);
    const common = { image, root: image, policy: 'golden', mode: 'apply', why: [], pointer, built } as const;
    return {
      ...common,
      kind: 'publish-image',
      seen: digest(nothing),
      name: row.name,
      setDefault: false,
      attempt: 1,
      ...more,
    };
  };
  const apply = (action: ActionOf<'publish-image'>, run: string) => publishImage.apply(action, { ...bench, run });
  const settle = (duration = minute) => aws.timeline.advanceTo(aws.timeline.now() + duration);
  const shown = async () => (await bench.pointers.read('parameter', home, [pointer.name])).get(pointer.name);

  it('leave the pointer to the first of them, whichever it is, until it is done or has given up', async () => {
    const [older, newer] = [move(1), move(2)];
    expect(await apply(older, 'a')).toMatchObject({ status: 'waiting' });
    expect(await apply(newer, 'b')).toMatchObject({
      status: 'waiting',
      detail: { why: expect.stringMatching(/before/) },
    });
    await settle();
    expect(await shown()).toMatchObject({ value: older.image.split('/')[1] });
    await settle(5 * minute);
    const again = { ...newer, seen: digest(await shown()) };
    await apply(again, 'b');
    await settle();
    expect(await shown()).toMatchObject({ value: newer.image.split('/')[1] });
  });

  it('never take it back to the older image, however long the older run slept', async () => {
    const [older, newer] = [move(1), move(2)];
    await apply(newer, 'b');
    await settle(day);
    const seen = digest(await shown());
    expect(await apply(older, 'a')).toMatchObject({ status: 'waiting' });
    expect(await apply({ ...older, seen }, 'a')).toMatchObject({ status: 'waiting' });
    await settle();
    expect(await shown()).toMatchObject({ value: newer.image.split('/')[1] });
  });

  it('move it once when both mean the same image in the same instant', async () => {
    const action = move(1);
    const results = await Promise.all([apply(action, 'a'), apply(action, 'a')]);
    await settle();
    expect(results.map(({ status }) => status)).toEqual(['waiting', 'waiting']);
    expect(aws.state.table<unknown[]>('ssm-history').get(`${aws.account}/${home}/${pointer.name}`)).toHaveLength(1);
  });

  it('do nothing with an image that is no longer available', async () => {
    const action = move(1);
    aws.call('ec2', 'DisableImage', { ImageId: action.image.split('/')[1] }, { region: home });
    expect(await apply(action, 'a')).toMatchObject({ status: 'waiting' });
    expect(await bench.ledger.pointers()).toEqual([]);
  });

  it('leave alone what somebody changed since it was decided', async () => {
    const action = move(1);
    aws.call('ssm', 'PutParameter', { Name: pointer.name, Value: 'mine', Type: 'String' }, { region: home });
    expect(await apply(action, 'a')).toMatchObject({ status: 'waiting' });
    await settle();
    expect(await shown()).toMatchObject({ value: 'mine' });
    expect(await bench.ledger.pointers()).toEqual([]);
  });

  it('is blocked in plain words where a call is denied', async () => {
    aws.faults.deny('PutParameter');
    expect(await apply(move(1), 'a')).toMatchObject({ status: 'blocked', error: { kind: 'denied' } });
  });
});
