import { isRecord } from '../options/check.js';

const sorted = (_key: string, value: unknown): unknown => {
  if (value === null) return '';
  return isRecord(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
};

/** Compact JSON with sorted keys, as gateways in Python write it in names: what is not ASCII is escaped, and `null` is an empty text. */
export const sortedJson = (value: unknown): string =>
  JSON.stringify(value, sorted).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
