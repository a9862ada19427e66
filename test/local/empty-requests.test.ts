import { describe, expect, it } from 'vitest';
import { AwsError } from '../../local/kernel/service.ts';
import { builtServices } from '../../local/services/index.ts';
import { open } from './wire/helpers.ts';

const operations = builtServices.flatMap(({ name, operations: built }) =>
  Object.keys(built).map((operation) => ({ service: name, operation })),
);

describe('a request without any parameter', () => {
  it.each(operations)('is answered or refused by $service $operation, in words', ({ service, operation }) => {
    const said = () => {
      try {
        return JSON.stringify(open().call(service, operation, {}));
      } catch (error) {
        if (error instanceof AwsError) return `${error.code}: ${error.message}`;
        throw error;
      }
    };
    expect(said()).not.toMatch(/undefined|NaN/);
  });

  it('is refused by RegisterImage also where only the root device is missing', () => {
    expect(() => open().call('ec2', 'RegisterImage', { Name: 'web-1' })).toThrow(/parameter RootDeviceName/);
  });
});
