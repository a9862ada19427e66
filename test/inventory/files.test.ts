import { describe, expect, test } from 'vitest';
import { visible } from '../../cli/output.ts';
import { keyOf, planned, refused } from './planned.ts';
import { abroad, type Files, home, image, images, region, whole } from './saved.ts';

const list = `${home}/images.json`;
const more = `${home}/more.json`;
const keys = async (files: Files) => (await planned(files)).plan.verdicts.map(({ image: key }) => key);
const utf16 = (text: string) => new Uint8Array(Buffer.from(`\ufeff${text}`, 'utf16le'));

/** `LINE:COLUMN` of a part of what is written for a value. */
const placeIn = (value: unknown, part: string, behind = ''): string => {
  const text = JSON.stringify(value, null, 4);
  const before = text.slice(0, text.indexOf(part, text.indexOf(behind))).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
};

describe('a file that cannot be read ends it, with its place', () => {
  const cut = JSON.stringify(images(image(1)), null, 4).slice(0, -4);
  const lines = cut.split('\n');

  test.each([
    ['cut off', cut, `${list}:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`, 'no JSON: here , or ] is expected'],
    [
      'with a comma too many',
      '{\n  "Images": [],\n}',
      `${list}:3:1`,
      'no JSON: here a key in double quotes is expected',
    ],
    [
      'that holds an error message',
      '\nAn error occurred (UnauthorizedOperation)',
      `${list}:2:1`,
      'no JSON: here a value',
    ],
    ['that is empty', '', list, 'the file is empty, so the command that wrote it failed'],
    ['that is blank', ' \n', list, 'the file is empty'],
    ['that is a list', '[]', `${list}:1:1`, 'the answer is no object with named lists'],
    ['that is null', 'null', `${list}:1:1`, 'the answer is no object'],
    ['in no encoding', new Uint8Array([0x7b, 0xc3, 0x28]), list, 'it is neither UTF-8 nor UTF-16 text'],
    [
      'nested without end',
      `{"Images":${'['.repeat(100_000)}`,
      `${list}:1:211`,
      'no JSON: here an end after 200 levels',
    ],
  ])('%s', async (_, content, where, what) => {
    const error = await refused({ ...whole, [list]: content });
    expect(error.where).toBe(where);
    expect(error.message).toContain(what);
    expect(error.next).toContain('AWS CLI');
  });

  test.each([
    ['a list that is none', { Images: 'none' }, '"none"', 'Images: expected object, received string'],
    ['a null in the list', { Images: [null] }, 'null', 'Images[0]: expected object, it is missing'],
    [
      'a number for a text',
      images(image(1), image(2, { Name: 7 })),
      '7,',
      'Images[1].Name: expected string, received number',
    ],
    ['an id that is none', images(image(1, { ImageId: '../x' })), '"../x"', 'Images[0].ImageId: expected an image id'],
    ['no id', images(image(1, { ImageId: null })), 'null', 'Images[0].ImageId: expected string, it is missing'],
    [
      'a tag without a value',
      images(image(1, { Tags: [{ Key: 'a' }] })),
      '{\n                    "Key"',
      'Images[0].Tags[0].Value: expected string, it is missing',
    ],
    ['reservations without instances', { Reservations: [{}] }, '{}', 'Reservations[0].Instances: expected array'],
  ])('of the wrong shape: %s', async (_, content, part, what) => {
    const error = await refused({ ...whole, [list]: content });
    expect(error.message).toContain(what);
    expect(error.where).toBe(`${list}:${placeIn(content, part)}`);
  });

  test('all problems are told at once, in the order of their places', async () => {
    const error = await refused({
      ...whole,
      [list]: images(image(2, { Name: 1 }), image(3, { State: 2 })),
      [more]: '{',
    });
    const [head, ...rows] = error.message.split('\n');
    expect(head).toBe('3 problems in the inventory:');
    expect(rows.map((row) => row.trim().split(/:\d+:/)[0])).toEqual([list, list, more]);
  });

  test('many faults of one cause fill no screen', async () => {
    const many = Array.from({ length: 100 }, (_, nth) => image(nth + 1, { Name: nth }));
    const files = Object.fromEntries(Array.from({ length: 9 }, (_, nth) => [`${home}/${nth}.json`, images(...many)]));
    const rows = (await refused({ ...whole, ...files })).message.split('\n');
    expect(rows).toHaveLength(22);
    expect(rows.at(-1)).toBe('  and 25 more');
  });
});

describe('the same twice', () => {
  test('counts once when it is equal, in whatever order its tags come', async () => {
    const tags = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ];
    const files = {
      ...whole,
      [list]: images(image(1, { Tags: tags })),
      [more]: images(image(1, { Tags: tags.toReversed() })),
    };
    expect((await planned(files)).inventory.images[home]).toMatchObject({ value: { length: 1 } });
  });

  test('is refused when it differs, with both places', async () => {
    const again = images(image(2, { State: 'pending' }));
    const error = await refused({ ...whole, [more]: again });
    const first = `${list}:${placeIn(whole[list], '{', '"LastLaunchedTime"')}`;
    expect(error.where).toBe(`${more}:${placeIn(again, '{', '[')}`);
    expect(error.message).toBe(`ami-00000000000000002 is here and in ${first}, and the two differ`);
  });

  test('is fine in two Regions', async () => {
    const { plan } = await planned({ ...whole, ...region(abroad, [image(1)]) });
    expect(plan.verdicts.map(({ image: key }) => key)).toContain(keyOf(1, abroad));
  });
});

describe('what shells and people do to files', () => {
  test('UTF-16 with its mark, as PowerShell writes it, reads like UTF-8', async () => {
    expect(await keys({ ...whole, [list]: utf16(JSON.stringify(images(image(1)))) })).toEqual([keyOf(1)]);
    const error = await refused({ ...whole, [list]: utf16('{\r\n"Images" []}') });
    expect(error.where).toBe(`${list}:2:10`);
  });

  test('UTF-8 with a mark reads as without', async () => {
    expect(await keys({ ...whole, [list]: `\ufeff${JSON.stringify(images(image(1)))}` })).toEqual([keyOf(1)]);
  });

  test('a null for a whole list is an absent list', async () => {
    const { plan } = await planned({ ...whole, [`${home}/instances.json`]: { Reservations: null } });
    expect(plan.verdicts).toHaveLength(4);
    expect((await planned({ ...whole, [list]: { Images: null } })).header.degraded[home]).toContain(
      'no file there holds Images',
    );
  });

  test('keys of the language itself are keys like others', async () => {
    const text = JSON.stringify(images(image(1, { Tags: [{ Key: '__proto__', Value: 'x' }] })));
    const { inventory } = await planned({
      ...whole,
      [list]: `{"__proto__": {"Images": []}, "constructor": 1, ${text.slice(1)}`,
    });
    const seen = inventory.images[home];
    const [tags] = seen?.complete ? seen.value.map((one) => one.tags) : [];
    expect(tags?.complete && Object.keys(tags.value)).toEqual(['__proto__']);
    expect(Object.hasOwn(Object.prototype, 'Images')).toBe(false);
  });

  test('a deep value in a field that nobody reads does no harm, not even twice', async () => {
    const deep = `{"Images":[${JSON.stringify(image(1)).slice(0, -1)},"Extra":${'['.repeat(1_000)}${']'.repeat(1_000)}}]}`;
    expect(await keys({ ...whole, [list]: deep, [more]: deep })).toEqual([keyOf(1)]);
  });

  test('control characters in a name never reach the terminal', async () => {
    const { text } = await planned({
      ...whole,
      ...region(home, [image(1), image(2), image(3, { Name: 'golden-\u001b[31m\n3' })]),
    });
    const shown = text.split('\n').map(visible).join('\n');
    expect(shown).not.toContain('\u001b');
    expect(text).toContain('golden-\u001b[31m');
  });
});
