import { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';
import type { Property, PropertyType, SpecDatabase, Resource as SpecResource } from '@aws-cdk/service-spec-types';

/** A whole template, as CloudFormation gets it. */
export interface WholeTemplate {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: unknown; readonly DependsOn?: unknown }>
  >;
  readonly Outputs?: unknown;
}

type Properties = Readonly<Record<string, Property>>;
type Finding = string;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value that CloudFormation works out: of which type, only it knows. */
function intrinsic(value: unknown): string | undefined {
  const [name, ...more] = isObject(value) ? Object.keys(value) : [];
  return more.length === 0 && (name === 'Ref' || name?.startsWith('Fn::')) ? name : undefined;
}

const pseudoParameters = [
  'AWS::AccountId',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
  'AWS::URLSuffix',
];

/** What `test/deploy` holds a template to: AWS's own list of resource types, their properties and attributes. */
export class Spec {
  readonly #db: SpecDatabase;

  private constructor(db: SpecDatabase) {
    this.#db = db;
  }

  static async load(): Promise<Spec> {
    return new Spec(await loadAwsServiceSpec());
  }

  /** Everything in the template that AWS does not know, or wants otherwise. */
  findings(template: WholeTemplate): Finding[] {
    return [
      ...Object.entries(template.Resources).flatMap(([id, { Type, Properties = {} }]) =>
        this.#resource(id, Type, Properties),
      ),
      ...this.#references(template, template.Resources, 'Resources'),
      ...this.#references(template, template.Outputs, 'Outputs'),
    ];
  }

  #type(name: string): SpecResource | undefined {
    return this.#db.lookup('resource', 'cloudFormationType', 'equals', name)[0];
  }

  #resource(id: string, type: string, properties: unknown): Finding[] {
    const known = this.#type(type);
    return known ? this.#properties(id, properties, known.properties) : [`${id}: there is no resource type ${type}`];
  }

  #properties(at: string, given: unknown, known: Properties): Finding[] {
    if (!isObject(given)) return [`${at} should be an object`];
    const missing = Object.entries(known).filter(([name, { required }]) => required && given[name] === undefined);
    return [
      ...missing.map(([name]) => `${at} lacks ${name}`),
      ...Object.entries(given).flatMap(([name, value]) => {
        const property = Object.hasOwn(known, name) ? known[name] : undefined;
        return property ? this.#value(`${at}.${name}`, value, property.type) : [`${at} has no property ${name}`];
      }),
    ];
  }

  #value(at: string, value: unknown, type: PropertyType): Finding[] {
    if (intrinsic(value) !== undefined) return [];
    switch (type.type) {
      case 'array':
        if (!Array.isArray(value)) return [`${at} should be a list`];
        return value.flatMap((one, index) => this.#value(`${at}[${index}]`, one, type.element));
      case 'map':
        if (!isObject(value)) return [`${at} should be an object`];
        return Object.entries(value).flatMap(([key, one]) => this.#value(`${at}.${key}`, one, type.element));
      case 'ref':
        return this.#properties(at, value, this.#db.get('typeDefinition', type.reference.$ref).properties);
      case 'union': {
        const each = type.types.map((one) => this.#value(at, value, one));
        return each.find((found) => found.length === 0) ?? each[0] ?? [];
      }
      default:
        return isScalar(value, type) ? [] : [`${at} should be a ${type.type}, not ${JSON.stringify(value)}`];
    }
  }

  /** `Ref`, `GetAtt`, `Sub` and `DependsOn` name what is there, and attributes that it has. */
  #references(template: WholeTemplate, value: unknown, at: string): Finding[] {
    if (Array.isArray(value)) return value.flatMap((one, index) => this.#references(template, one, `${at}[${index}]`));
    if (!isObject(value)) return [];
    return Object.entries(value).flatMap(([key, inner]) => {
      const named = namesIn(key, inner);
      const wrong = named.flatMap((path) => this.#named(template, path)).map((finding) => `${at}: ${finding}`);
      return [...wrong, ...this.#references(template, inner, `${at}.${key}`)];
    });
  }

  #named({ Resources }: WholeTemplate, path: string): Finding[] {
    const [id = '', ...attribute] = path.split('.');
    if (pseudoParameters.includes(path)) return [];
    const type = Resources[id]?.Type;
    if (type === undefined) return [`nothing is called ${id}`];
    const name = attribute.join('.');
    return name === '' || Object.hasOwn(this.#type(type)?.attributes ?? {}, name)
      ? []
      : [`${type} has no attribute ${name}`];
  }
}

function namesIn(key: string, inner: unknown): string[] {
  if (key === 'Ref') return [String(inner)];
  if (key === 'DependsOn') return [inner].flat().map(String);
  if (key === 'Fn::GetAtt') return [[inner].flat().join('.')];
  return key === 'Fn::Sub' && typeof inner === 'string'
    ? [...inner.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name]) => name ?? '')
    : [];
}

function isScalar(value: unknown, type: PropertyType): boolean {
  switch (type.type) {
    case 'string':
      return typeof value === 'string' && (type.allowedValues?.includes(value) ?? true);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'tag':
      return isObject(value) && Object.keys(value).sort().join() === 'Key,Value';
    default:
      return true;
  }
}
