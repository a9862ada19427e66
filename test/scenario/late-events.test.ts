import { describe, expect, it } from 'vitest';
import { emitImageState } from '../../local/ec2/events.ts';
import { type ImageRow, remove, rowsIn, save } from '../../local/ec2/rows.ts';
import { EmbeddedAws } from '../../local/world.ts';
import { day, hour, minute, second } from '../../shared/model/time.ts';
import { compiled, onePolicy } from '../policy/files.ts';
import { deployWithRoles } from '../roles/deploy.ts';
import { abroad, announce, build, changing, copiesIn, copying, deadLetters, keyOfRow, watch } from './copying.ts';
import { home, pass, putWeb, sharee, start, told } from './support.ts';

const tag = (aws: EmbeddedAws, { id }: ImageRow, tags: Record<string, string>): unknown =>
  aws.call('ec2', 'CreateTags', {
    Resources: [id],
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  });

describe('an image that is selected by a tag', () => {
  const byTag = async (lines = `copy: { to: [{ region: ${abroad} }], since: all }`) => {
    const aws = EmbeddedAws.open({ start: start + 7 * minute, homeRegion: home });
    const select = 'select: { name: "web-*", tags: { Team: [web] } }';
    return deployWithRoles(aws, compiled(onePolicy(`mode: apply\n${lines}`, select)));
  };

  it.each([
    ['10 s', 10 * second, minute],
    ['2 min', 2 * minute, 5 * minute],
    ['10 min', 10 * minute, 15 * minute],
    ['3 h', 3 * hour, 3 * hour + 15 * minute],
    ['23 h', 23 * hour, 23 * hour + 15 * minute],
  ])('F05: and gets that tag %s after its event is copied soon', async (_late, late, noticed) => {
    const { aws } = await byTag();
    const image = build(aws);
    await pass(aws, late);
    expect(copiesIn(aws, abroad)).toEqual([]);
    tag(aws, image, { Team: 'web' });
    await pass(aws, noticed - late + second);
    expect(copiesIn(aws, abroad)).toMatchObject([{ sourceImageId: image.id }]);
  });

  it('F05: and never gets one is looked at a few times more and then by the sweep alone', async () => {
    const { aws } = await byTag();
    let looks = 0;
    aws.runtime.around = (name, run) => {
      looks += name === 'on-image-event' ? 1 : 0;
      return run();
    };
    build(aws);
    await pass(aws, 3 * day);
    expect(looks).toBeLessThanOrEqual(5);
  });

  it('F05: never loses anything while a more careful policy may still come to select it', async () => {
    const aws = EmbeddedAws.open({ start, homeRegion: home });
    const lines = `share: { accounts: [], exact: true }`;
    const text = `${onePolicy(`mode: apply\n${lines}`)}
  - name: later
    select: { name: "web-*", tags: { Team: [web] } }
    mode: apply
    share: { accounts: ["${sharee}"], exact: true }`;
    await deployWithRoles(aws, compiled(text));
    const image = build(aws, { permissions: [`account:${sharee}`] });
    await pass(aws, 20 * hour);
    expect(rowsIn(aws, 'images', home)).toMatchObject([{ permissions: [`account:${sharee}`] }]);
    tag(aws, image, { Team: 'web' });
    await pass(aws, 2 * day);
    expect(rowsIn(aws, 'images', home)).toMatchObject([{ permissions: [`account:${sharee}`] }]);
    expect(told(aws, 'AMI Unshared')).toEqual([]);
  });
});

describe('an event that comes after its time', () => {
  it('F03: does nothing when the image was deregistered before it was ever seen', async () => {
    const { aws, workQueue, engine } = await copying();
    aws.faults.delay(hour, ({ detail }) => detail.State === 'available');
    const calls = watch(aws);
    const image = build(aws);
    await pass(aws, minute);
    aws.call('ec2', 'DeregisterImage', { ImageId: image.id });
    await pass(aws, 3 * hour);
    expect(changing(calls)).toEqual(['DeregisterImage']);
    expect(await engine.ledger.image(keyOfRow(image))).toBeUndefined();
    expect(deadLetters(aws, workQueue)).toEqual([]);
  });

  it('F03: wakes nothing that is buried, although EC2 still lists it', async () => {
    const { aws, engine, workQueue } = await copying();
    aws.faults.deny('CopyImage', { until: aws.timeline.now() + hour });
    const image = build(aws);
    await pass(aws, 10 * minute);
    remove(aws, 'images', image);
    emitImageState(aws, image, 'deregistered', image);
    await pass(aws, minute);
    const buried = await engine.ledger.image(keyOfRow(image));
    expect(buried).toHaveProperty('goneAt');
    save(aws, 'images', image);
    announce(aws, image);
    await pass(aws, 3 * hour);
    expect(copiesIn(aws, abroad)).toEqual([]);
    expect(await engine.ledger.image(keyOfRow(image))).toEqual(buried);
    expect(deadLetters(aws, workQueue)).toEqual([]);
  });

  it.each([
    ['26 hours', 26 * hour],
    ['14 days', 14 * day],
  ])('F04: %s after it gives nothing back that was taken meanwhile, and takes nothing', async (_late, late) => {
    const { aws, engine, workQueue } = await copying({
      to: [`${abroad}, kmsKey: alias/golden`],
      idleEvery: 6 * hour,
      lines: `share: { accounts: [{ id: "${sharee}", until: 2026-01-05 }] }`,
    });
    const [kept, disabled, gone] = ['web-1', 'web-2', 'web-3'].map((name) => putWeb(aws, { name }));
    if (!kept || !disabled || !gone) throw new Error('three images');
    await pass(aws, 3 * hour);
    expect(copiesIn(aws, abroad)).toHaveLength(3);
    aws.call('ec2', 'DisableImage', { ImageId: disabled.id });
    aws.call('ec2', 'DeregisterImage', { ImageId: gone.id });
    await pass(aws, late);
    const before = JSON.stringify([rowsIn(aws, 'images', home), rowsIn(aws, 'images', abroad)]);
    const buried = await engine.ledger.image(keyOfRow(gone));
    expect(buried).toHaveProperty('goneAt');
    expect(rowsIn(aws, 'images', home).flatMap(({ permissions }) => permissions)).toEqual([]);
    const calls = watch(aws);
    for (const image of [kept, disabled, gone]) announce(aws, image);
    await pass(aws, hour);
    expect(changing(calls)).toEqual([]);
    expect(JSON.stringify([rowsIn(aws, 'images', home), rowsIn(aws, 'images', abroad)])).toBe(before);
    expect(await engine.ledger.image(keyOfRow(gone))).toEqual(buried);
    expect(deadLetters(aws, workQueue)).toEqual([]);
  });
});
