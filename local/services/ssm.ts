import { AwsError, type Call, type Service } from '../kernel/service.ts';
import { erase, findParameter, historyOf, type Parameter, submit } from './parameters.ts';
import { describeParameters, getParametersByPath, page } from './ssm-lists.ts';
import { described, shown } from './ssm-views.ts';

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

interface PutParameterInput {
  readonly Name?: string;
  readonly Value?: string;
  readonly Description?: string;
  readonly Type?: string;
  readonly KeyId?: string;
  readonly Overwrite?: boolean;
  readonly AllowedPattern?: string;
  readonly Tags?: unknown;
  readonly Tier?: string;
  readonly Policies?: string;
  readonly DataType?: string;
}

/** Bytes of a value, by tier (facts 8). */
const valueLimit = (tier: string): number => (tier === 'Standard' ? 4096 : 8192);

function checkName(name: string): void {
  if (!/^[\w./-]{1,1011}$/.test(name)) throw invalid('Parameter name: only a-zA-Z0-9_.- and / are allowed.');
  if (name.includes('/') && !name.startsWith('/')) throw invalid('A hierarchical parameter name begins with a slash.');
  if (name.split('/').length > 16) {
    throw new AwsError('HierarchyLevelLimitExceededException', 'A hierarchy has at most 15 levels.');
  }
  if (/^\/?(aws|ssm)/i.test(name)) throw invalid('Parameter names must not begin with aws or ssm.');
}

function typeOf(input: PutParameterInput, present: Parameter | undefined): Parameter['type'] {
  const type = input.Type ?? present?.type;
  if (type === 'String' || type === 'StringList') return type;
  if (type === undefined) throw invalid('A parameter type is required when you create a parameter.');
  throw new AwsError('UnsupportedParameterType', `Parameters of type ${type} are not built.`);
}

function checkPut(input: PutParameterInput, present: Parameter | undefined): void {
  checkName(input.Name ?? '');
  if (!input.Value) throw invalid('A parameter needs a value.');
  if (input.Policies || input.KeyId || input.Tags) throw invalid('Policies, KeyId and Tags are not built.');
  if (present && !input.Overwrite) {
    const hint = 'To overwrite this value, set the overwrite option in the request to true.';
    throw new AwsError('ParameterAlreadyExists', `The parameter already exists. ${hint}`);
  }
  const pattern = input.AllowedPattern ?? present?.allowedPattern;
  if (pattern && !new RegExp(pattern).test(input.Value)) {
    throw new AwsError(
      'ParameterPatternMismatchException',
      'Parameter value, cannot be validated against allowedPattern.',
    );
  }
}

function dataTypeOf(input: PutParameterInput, type: Parameter['type'], present: Parameter | undefined): string {
  const dataType = input.DataType ?? present?.dataType ?? 'text';
  if (dataType !== 'text' && dataType !== 'aws:ec2:image') throw invalid(`The data type ${dataType} is not built.`);
  if (dataType === 'aws:ec2:image' && type !== 'String')
    throw invalid('The data type aws:ec2:image needs type String.');
  return dataType;
}

function putParameter(input: PutParameterInput, call: Call): unknown {
  const name = input.Name ?? '';
  const present = findParameter(call.world, call, name);
  checkPut(input, present);
  const type = typeOf(input, present);
  const tier = input.Tier ?? present?.tier ?? 'Standard';
  const value = input.Value ?? '';
  if (Buffer.byteLength(value) > valueLimit(tier)) {
    throw invalid(`The value is longer than the ${valueLimit(tier)} bytes of the ${tier} tier.`);
  }
  const description = input.Description ?? present?.description;
  const allowedPattern = input.AllowedPattern ?? present?.allowedPattern;
  const parameter: Parameter = {
    name,
    value,
    type,
    tier,
    dataType: dataTypeOf(input, type, present),
    version: (present?.version ?? 0) + 1,
    modifiedAt: call.world.timeline.now(),
    modifiedBy: call.account,
    ...(description === undefined ? {} : { description }),
    ...(allowedPattern === undefined ? {} : { allowedPattern }),
  };
  submit(call.world, call, parameter);
  return { Version: parameter.version, Tier: tier };
}

/** A name, an ARN, or `name:version`. */
function lookUp(call: Call, wanted: string): object | undefined {
  const name = wanted.replace(/^arn:aws:ssm:[^:]+:\d{12}:parameter(?=\/)/, '');
  const [plain = '', selector] = name.split(':');
  const present = findParameter(call.world, call, plain);
  if (!present || selector === undefined) return present && shown(call, present);
  const version = historyOf(call.world, call, plain).find((old) => String(old.version) === selector);
  if (!version) throw new AwsError('ParameterVersionNotFound', `Version ${selector} of ${plain} was not found.`);
  return { ...shown(call, version), Selector: `:${selector}` };
}

/** A call without a name is refused before anything is looked for. */
function nameOf({ Name }: { readonly Name?: string }): string {
  if (!Name) throw invalid("Value at 'name' failed to satisfy constraint: Member must not be null.");
  return Name;
}

function getParameter(input: { Name?: string }, call: Call): unknown {
  const Parameter = lookUp(call, nameOf(input));
  if (!Parameter) throw new AwsError('ParameterNotFound', `Parameter ${input.Name} not found.`);
  return { Parameter };
}

function getParameters(input: { Names?: readonly string[] }, call: Call): unknown {
  const names = input.Names ?? [];
  if (names.length < 1 || names.length > 10) throw invalid("Value at 'names' must have 1 to 10 elements.");
  const found = names.map((name) => ({ name, parameter: lookUp(call, name) }));
  return {
    Parameters: found.flatMap(({ parameter }) => (parameter ? [parameter] : [])),
    InvalidParameters: found.flatMap(({ name, parameter }) => (parameter ? [] : [name])),
  };
}

function deleteParameter(input: { Name?: string }, call: Call): unknown {
  if (!erase(call.world, call, nameOf(input))) {
    throw new AwsError('ParameterNotFound', `Parameter ${input.Name} not found.`);
  }
  return {};
}

interface HistoryInput {
  readonly Name?: string;
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

function getParameterHistory(input: HistoryInput, call: Call): unknown {
  const history = historyOf(call.world, call, nameOf(input));
  if (history.length === 0) throw new AwsError('ParameterNotFound', `Parameter ${input.Name} not found.`);
  const { items, ...more } = page(history, input, 50);
  const Parameters = items.map((version) => ({ ...described(version), Value: version.value, Labels: [] }));
  return { Parameters, ...more };
}

export const ssmService: Service = {
  name: 'ssm',
  operations: {
    PutParameter: putParameter,
    GetParameter: getParameter,
    GetParameters: getParameters,
    GetParametersByPath: getParametersByPath,
    DescribeParameters: describeParameters,
    DeleteParameter: deleteParameter,
    GetParameterHistory: getParameterHistory,
  },
  sections: {
    PutParameter: '5',
    GetParameter: '5',
    GetParameters: '5',
    GetParametersByPath: '5',
    DescribeParameters: '5',
    DeleteParameter: '5',
    GetParameterHistory: '5',
  },
};
