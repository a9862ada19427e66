import { expect, it } from 'vitest';
import { problemsOf } from './match.ts';
import { schemaOf, schemaProblems, unreadIn } from './schemas.ts';

const xml = (body: string) => ({ body, contentType: 'text/xml' });

it('sees what an input has that AWS does not know, lacks though it must be there, or has as something else', async () => {
  const { input } = await schemaOf('ec2', 'CopyImage');
  const copy = { Name: 'a', SourceImageId: 'ami-1', SourceRegion: 'eu-west-1' };
  expect(schemaProblems(input, copy, 'input')).toEqual([]);
  expect(schemaProblems(input, { ...copy, Colour: 1 }, 'input')).toEqual(['input.Colour is not in the model']);
  expect(schemaProblems(input, { ...copy, SourceRegion: undefined }, 'input')).toEqual([
    'input.SourceRegion is missing',
  ]);
  expect(schemaProblems(input, { ...copy, Encrypted: 'yes' }, 'input')).toHaveLength(1);
  expect(schemaProblems(input, { ...copy, TagSpecifications: {} }, 'input')).toEqual([
    'input.TagSpecifications is no list',
  ]);
});

it('sees elements that no client can read', async () => {
  const schema = await schemaOf('ec2', 'DescribeImages');
  const answer = (item: string): string =>
    `<?xml version="1.0"?><DescribeImagesResponse xmlns="x"><requestId>r</requestId><imagesSet><item>${item}</item></imagesSet></DescribeImagesResponse>`;
  expect(unreadIn(schema, xml(answer('<imageId>ami-1</imageId><tagSet/>')))).toEqual([]);
  expect(unreadIn(schema, xml(answer('<imageId>a</imageId><colour>red</colour>')))).toEqual([
    'answer.imagesSet.colour',
  ]);
  const json = { body: '{"Parameter":{"Name":"a","Colour":1}}', contentType: 'application/x-amz-json-1.1' };
  expect(unreadIn(await schemaOf('ssm', 'GetParameter'), json)).toEqual(['answer.Parameter.Colour']);
});

it('compares by parts, lists as a whole', () => {
  expect(problemsOf({ a: [{ b: /^x/ }] }, { a: [{ b: 'xy', c: 1 }], d: 2 })).toEqual([]);
  expect(problemsOf({ a: [{ b: /^x/ }] }, { a: [{ b: 'y' }] })).toEqual(['answer.a.0.b is "y", not /^x/']);
  expect(problemsOf({ a: [] }, { a: [1] })).toEqual(['answer.a has 1 parts, not 0: [1]']);
});
