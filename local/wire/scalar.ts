import type { NormalizedSchema } from '@smithy/core/schema';

/** What a client may mean by a point in time: ISO 8601, or seconds since 1970 as number or text. */
function readTime(value: unknown): Date | undefined {
  const seconds = typeof value === 'number' ? value : /^-?\d+(\.\d+)?$/.test(String(value)) ? Number(value) : undefined;
  const at = seconds === undefined ? Date.parse(String(value)) : Math.round(seconds * 1000);
  return Number.isNaN(at) ? undefined : new Date(at);
}

function readNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function readBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

/** @returns the value in the SDK's own type, or `undefined` when the text is no such thing. */
export function readScalar(schema: NormalizedSchema, value: unknown): unknown {
  if (schema.isBooleanSchema()) return readBoolean(value);
  if (schema.isNumericSchema()) return readNumber(value);
  if (schema.isTimestampSchema()) return readTime(value);
  if (schema.isBlobSchema())
    return typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** Text form, for XML. */
export function scalarText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return String(value);
}
