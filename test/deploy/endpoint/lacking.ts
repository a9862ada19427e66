import { refersTo } from '../../../scripts/references.mjs';

/** As much of a template as is looked at. */
export interface Whole {
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Condition?: string }>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
}

export interface Reduced<T extends Whole> {
  readonly template: T;
  /** What was left out, by id. */
  readonly without: readonly string[];
}

/** A template without the types that an endpoint does not have, and without what refers to them. */
export function reducedBy<T extends Whole>(template: T, types: readonly string[]): Reduced<T> {
  const without = new Set(
    Object.entries(template.Resources).flatMap(([id, { Type }]) => (types.includes(Type) ? [id] : [])),
  );
  const refersToThem = (value: unknown): boolean => [...without].some((id) => refersTo(value, id));
  for (let before = -1; before !== without.size; ) {
    before = without.size;
    for (const [id, resource] of Object.entries(template.Resources)) if (refersToThem(resource)) without.add(id);
  }
  const kept = Object.entries(template.Resources).filter(([id]) => !without.has(id));
  const outputs = Object.entries(template.Outputs ?? {}).filter(([, output]) => !refersToThem(output));
  const conditions = Object.entries(template.Conditions ?? {}).filter(([name]) =>
    kept.some(([, { Condition }]) => Condition === name),
  );
  return {
    template: {
      ...template,
      Conditions: Object.fromEntries(conditions),
      Resources: Object.fromEntries(kept),
      Outputs: Object.fromEntries(outputs),
    },
    without: [...without].sort(),
  };
}
