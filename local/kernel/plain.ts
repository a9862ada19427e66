/** A deep copy of plain JSON: many times faster than `structuredClone`, which also knows what JSON has not. */
export function plainCopy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plainCopy) as T;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plainCopy(part)])) as T;
}
