import { AwsError } from '../kernel/service.ts';
import { formOf, readQuery } from './query.ts';
import type { OperationSchema, Protocol, WireResponse } from './types.ts';
import { element, escapeXml, writeMembers } from './xml.ts';

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

const xml = (status: number, requestId: string, body: string): WireResponse => ({
  status,
  headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId },
  body: `${declaration}${body}`,
});

const members = (operation: OperationSchema, output: unknown): string =>
  operation.output.isStructSchema() ? writeMembers(operation.output, (output ?? {}) as object) : '';

const codeAndMessage = (error: AwsError): string =>
  element('Code', escapeXml(error.code)) + element('Message', escapeXml(error.message));

const action: Protocol['action'] = (request) => formOf(request).get('Action') ?? undefined;

/** EC2: parameters in a form, flat XML back, `Response/Errors/Error` on failure. */
export const ec2Query: Protocol = {
  carriesEmptyLists: false,
  action,
  read: readQuery,
  write: (operation, output, requestId) => {
    const content = members(operation, output) || (operation.output.isUnitSchema() ? element('return', 'true') : '');
    const name = `${operation.name}Response`;
    const space = 'http://ec2.amazonaws.com/doc/2016-11-15/';
    return xml(200, requestId, `<${name} xmlns="${space}">${element('requestId', requestId)}${content}</${name}>`);
  },
  fail: (error, requestId) => {
    const errors = element('Errors', element('Error', codeAndMessage(error)));
    return xml(error.status, requestId, element('Response', errors + element('RequestID', requestId)));
  },
  unknown: (name) => new AwsError('InvalidAction', `The action ${name} is not valid for this web service.`),
};

/** STS, SNS and Auto Scaling, each in its namespace: the result one level deeper, `ErrorResponse/Error` on failure. */
export const awsQuery = (space: string): Protocol => ({
  carriesEmptyLists: false,
  action,
  read: readQuery,
  write: (operation, output, requestId) => {
    const result = element(`${operation.name}Result`, members(operation, output));
    const metadata = element('ResponseMetadata', element('RequestId', requestId));
    const name = `${operation.name}Response`;
    return xml(200, requestId, `<${name} xmlns="${space}">${result}${metadata}</${name}>`);
  },
  fail: (error, requestId) => {
    const type = element('Type', error.status < 500 ? 'Sender' : 'Receiver');
    const content = element('Error', type + codeAndMessage(error)) + element('RequestId', requestId);
    return xml(error.status, requestId, element('ErrorResponse', content));
  },
  unknown: (name) => new AwsError('InvalidAction', `Could not find operation ${name}`),
});
