import type { AwsError } from '../kernel/service.ts';
import { jsonProtocol } from './json.ts';
import { ec2Query } from './query-protocols.ts';
import { restJson } from './rest-json.ts';
import type { Protocol, WireRequest } from './types.ts';
import { element, escapeXml } from './xml.ts';

const restOnly = restJson({});

/** Amazon S3 wraps its errors in nothing. */
const restXml: Pick<Protocol, 'fail' | 'unknown'> = {
  fail: (error: AwsError, requestId) => ({
    status: error.status,
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
    body: element(
      'Error',
      element('Code', error.code) + element('Message', escapeXml(error.message)) + element('RequestId', requestId),
    ),
  }),
  unknown: restOnly.unknown,
};

const isForm = ({ headers, path }: WireRequest): boolean =>
  (headers['content-type'] ?? '').includes('form-urlencoded') || path.includes('Action=') || path === '/';

/** How to speak to somebody who wants a service that is not here, or did not say which one. */
export function protocolGuessed(request: WireRequest, service?: string): Pick<Protocol, 'fail' | 'unknown'> {
  if (service === 's3') return isForm(request) && request.method === 'POST' ? ec2Query : restXml;
  if (request.headers['x-amz-target'] !== undefined) return jsonProtocol('1.1');
  return isForm(request) ? ec2Query : restOnly;
}
