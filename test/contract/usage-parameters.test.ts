import { describe, expect, it } from 'vitest';
import { ssmClients } from '../../shared/aws/clients.ts';
import { ParameterUsage } from '../../shared/aws/usage/parameters.ts';
import { PortError } from '../../shared/model/errors.ts';
import { type Answer, paged, Stub, serviceError } from './stub.ts';

/** Parameters by name, on pages of these sizes. */
function parameters(values: Readonly<Record<string, string>>, more: Readonly<Record<string, Answer>> = {}) {
  const names = Object.keys(values);
  const stub = new Stub({
    DescribeParameters: paged([{}, ...names.map((Name) => ({ Parameters: [{ Name }] }))]),
    GetParameters: ({ Names }) => ({
      Parameters: (Names as string[]).map((Name) => ({ Name, Value: values[Name] })),
    }),
    ...more,
  });
  const read = async () => {
    const uses = await new ParameterUsage(ssmClients(stub.options)).read('eu-west-1');
    return uses.map(({ image, by }) => `${image} ${by}`).sort();
  };
  return { stub, read };
}

const short = 'ami-0a1b2c3d';
const long = 'ami-0123456789abcdef0';

describe('use by parameters', () => {
  it('F36 matches by value, never by name, wherever in the value an image is named', async () => {
    const { read } = parameters({
      '/ci/whatever': long,
      '/list': `${short},${long}`,
      '/json': `{"image":"${long}"}`,
      '/ami/latest': 'nothing',
    });
    expect(await read()).toEqual([
      `eu-west-1/${long} parameter /ci/whatever`,
      `eu-west-1/${long} parameter /json`,
      `eu-west-1/${long} parameter /list`,
      `eu-west-1/${short} parameter /list`,
    ]);
  });

  it('F37 reads all pages, ten values a call, and asks for nothing that is encrypted', async () => {
    const names = Array.from({ length: 23 }, (_, n) => [`/p/${n}`, long]);
    const { stub, read } = parameters(Object.fromEntries(names));
    expect(await read()).toHaveLength(23);
    expect(stub.inputs('GetParameters').map(({ Names }) => (Names as string[]).length)).toEqual([10, 10, 3]);
    for (const input of stub.inputs('DescribeParameters'))
      expect(input).toMatchObject({ MaxResults: 50, ParameterFilters: [{ Values: ['String', 'StringList'] }] });
    for (const input of stub.inputs('GetParameters')) expect(input.WithDecryption).toBeUndefined();
  });

  it('passes over a parameter that SSM says is gone by now', async () => {
    const { read } = parameters(
      { '/a': long, '/b': long },
      { GetParameters: () => ({ Parameters: [{ Name: '/a', Value: long }], InvalidParameters: ['/b'] }) },
    );
    expect(await read()).toEqual([`eu-west-1/${long} parameter /a`]);
  });

  it.each<[string, Answer]>([
    [
      'is denied',
      () => {
        throw serviceError('AccessDeniedException');
      },
    ],
    ['leaves out a name without a word', () => ({ Parameters: [] })],
    ['leaves out a value', () => ({ Parameters: [{ Name: '/a' }] })],
  ])('F38 fails when GetParameters %s', async (_how, GetParameters) => {
    await expect(parameters({ '/a': long }, { GetParameters }).read()).rejects.toBeInstanceOf(PortError);
  });
});
