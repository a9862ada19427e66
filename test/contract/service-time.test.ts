import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescribeRegionsCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ec2Clients } from '../../shared/aws/clients.ts';
import { ServiceTime } from '../../shared/aws/service-time.ts';
import { hour } from '../../shared/model/time.ts';
import { FakeClock, testOptions, testRetry } from './support.ts';

const clock = new FakeClock();
const dates: (string | undefined)[] = [];
const server = createServer((_request, response) => {
  response.sendDate = false;
  const date = dates.shift();
  response
    .writeHead(200, date === undefined ? {} : { date })
    .end('<DescribeRegionsResponse><regionInfo/></DescribeRegionsResponse>');
});
let endpoint = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const at = (offset: number): string => new Date(clock.now() + offset).toUTCString();

test.each([
  ['an hour behind AWS', [at(hour)], hour],
  ['an hour ahead of it', [at(-hour)], -hour],
  ['as the last answer says', [at(hour), at(0)], 0],
  ['unknown where no answer has a date', [undefined], undefined],
  ['unknown where a date cannot be read', ['yesterday'], undefined],
  ['as it was, after an answer without a date', [at(hour), undefined], hour],
])('our clock is %s', async (_how, answers, skew) => {
  const serviceTime = new ServiceTime(clock);
  const client = ec2Clients(testOptions({ endpoint, serviceTime, retry: testRetry(clock) }))();
  expect(serviceTime.skew()).toBeUndefined();
  for (const date of answers) {
    dates.push(date);
    await client.send(new DescribeRegionsCommand({}));
  }
  expect(serviceTime.skew()).toBe(skew);
  client.destroy();
});
