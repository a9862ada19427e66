/** A pure function of an object that never changes, worked out once for each such object. */
export function once<K extends object, V>(make: (of: K) => V): (of: K) => V {
  const known = new WeakMap<K, { readonly value: V }>();
  return (of) => {
    const found = known.get(of);
    if (found) return found.value;
    const value = make(of);
    known.set(of, { value });
    return value;
  };
}

/**
 * A pure function of some parts of an object, worked out once while these stay the same: copies of an object that
 * differ in other parts only share the answer. Kept with the first part, the last answer only.
 */
export function onceFor<K, V>(
  partsOf: (of: K) => readonly [first: object, ...others: readonly unknown[]],
  make: (of: K) => V,
): (of: K) => V {
  const known = new WeakMap<object, { readonly parts: readonly unknown[]; readonly value: V }>();
  return (of) => {
    const parts = partsOf(of);
    const found = known.get(parts[0]);
    if (found?.parts.every((part, index) => part === parts[index])) return found.value;
    const value = make(of);
    known.set(parts[0], { parts, value });
    return value;
  };
}
