import { describe, expect, it } from 'vitest';
import { putCopy, putImage } from '../../local/ec2/fixtures.ts';
import { keyArn } from '../../local/ec2/keys.ts';
import { EmbeddedAws } from '../../local/world.ts';
import { shortDigest } from '../../shared/model/digest.ts';
import { hour } from '../../shared/model/time.ts';
import { compiled, policies, problemsOf } from '../policy/files.ts';
import { deployWithRoles } from '../roles/deploy.ts';
import { abroad, build, copiesIn, copying, intentOf, keyOfRow, named, watch } from './copying.ts';
import { account, home, openWith, pass, putWeb, start } from './support.ts';

describe('a name that is taken where the copy goes', () => {
  it.each([
    ['has no marks', {}],
    ['has marks, which anybody may write', { 'ami-steward:managed': 'true', 'ami-steward:policy': 'web' }],
  ])('F23: by another image that %s leads to a name of its own, and that image is left alone', async (_what, tags) => {
    const stack = await copying();
    const { aws } = stack;
    const other = putImage(aws, { account, region: abroad, name: 'web-1', tags });
    const image = build(aws);
    await pass(aws, 2 * hour);
    const name = `web-1-${shortDigest(keyOfRow(image))}`;
    expect(copiesIn(aws, abroad)).toMatchObject([{ name, state: 'available', sourceImageId: image.id }]);
    expect((await intentOf(stack, image)).copyId).not.toBe(other.id);
  });

  it('F23: by a copy of the very root is that copy, which is taken over', async () => {
    const stack = await copying();
    const { aws } = stack;
    const image = putWeb(aws);
    const copy = putCopy(aws, image, { region: abroad });
    const calls = watch(aws);
    await pass(aws, 2 * hour);
    expect(named(calls, 'CopyImage')).toEqual([]);
    expect(copiesIn(aws, abroad)).toMatchObject([{ id: copy.id, tags: { 'ami-steward:root': keyOfRow(image) } }]);
  });

  it.each([
    ['for hours', { nameHeldFor: 6 * hour }, true],
    ['no longer', { nameHeldFor: 0 }, false],
    ['for hours, which CopyImage does not mind', { nameHeldFor: 6 * hour, copyRefusesTakenName: false }, false],
  ])('F23: by an image that is gone, %s, holds nothing up', async (_long, switches, isRenamed) => {
    const stack = await copying({ switches });
    const { aws } = stack;
    const other = putImage(aws, { account, region: abroad, name: 'web-1' });
    aws.call('ec2', 'DeregisterImage', { ImageId: other.id }, { region: abroad });
    const image = build(aws);
    await pass(aws, hour);
    const name = isRenamed ? `web-1-${shortDigest(keyOfRow(image))}` : 'web-1';
    expect(copiesIn(aws, abroad)).toMatchObject([{ name, state: 'available', sourceImageId: image.id }]);
    expect(await intentOf(stack, image)).toMatchObject({ generation: 1, request: { name } });
  });
});

describe('policies that copy to and fro', () => {
  const there = { regions: [home], to: abroad };
  const back = { regions: [abroad], to: home };
  const lines = ({ regions, to }: { regions: string[]; to: string }) =>
    `select: { name: "web-*", regions: [${regions}] }\nmode: apply\ncopy: { to: [{ region: ${to} }], since: all }`;
  const text = policies({ there: lines(there), back: lines(back) });

  it('F14: are an error that validate finds', () => {
    expect(problemsOf(text).map(({ rule }) => rule)).toEqual(['copy/cycle']);
  });

  it('F14: would make one copy of each image, even if nobody had looked', async () => {
    const aws = EmbeddedAws.open({ start, homeRegion: home });
    const [one, two] = [policies({ there: lines(there) }), policies({ back: lines(back) })].map(compiled);
    if (!one || !two) throw new Error('two policies');
    await deployWithRoles(aws, { ...one, policies: [...one.policies, ...two.policies] });
    const [here, far] = [build(aws), putImage(aws, { account, region: abroad, name: 'web-2' })];
    await pass(aws, 12 * hour);
    expect(copiesIn(aws, abroad)).toMatchObject([{ sourceImageId: here.id, state: 'available' }]);
    expect(copiesIn(aws, home)).toMatchObject([{ sourceImageId: far.id, state: 'available' }]);
  });

  it('F14: and a target where the image was born gets none, unless under another key', async () => {
    const key = keyArn({ account, region: home }, 'alias/golden');
    const plain = await openWith(`copy: { to: [{ region: ${home} }, { region: ${abroad} }], since: all }`);
    build(plain.aws);
    await pass(plain.aws, 3 * hour);
    expect(copiesIn(plain.aws, home)).toEqual([]);
    expect(copiesIn(plain.aws, abroad)).toHaveLength(1);
    const keyed = await openWith(`copy: { to: [{ region: ${home}, kmsKey: "${key}" }], since: all }`);
    build(keyed.aws);
    await pass(keyed.aws, 3 * hour);
    expect(copiesIn(keyed.aws, home)).toMatchObject([{ disks: [{ kmsKeyId: key }] }]);
  });
});
