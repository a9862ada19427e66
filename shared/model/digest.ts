import { hash } from 'node:crypto';

/** JSON with sorted keys and without `undefined`: equal values give equal bytes. */
export const canonicalJson = (value: unknown): string => JSON.stringify(inOrder(value));

/** Arrays and plain objects; whatever says itself how it is written is left to do so. */
function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  if (Array.isArray(value)) return value.map(inOrder);
  const from = value as Record<string, unknown>;
  return Object.fromEntries(
    Object.keys(from)
      .sort()
      .map((key) => [key, inOrder(from[key])]),
  );
}

/** Hexadecimal sha256 of the canonical JSON. */
export const digest = (value: unknown): string => hash('sha256', canonicalJson(value));

export const shortDigest = (value: unknown, length = 7): string => digest(value).slice(0, length);
