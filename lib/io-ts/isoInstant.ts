import * as t from 'io-ts';
import { withJsonSchemas } from './jsonSchemas.js';

const time = '([01]\\d|2[0-3]):[0-5]\\d';
const instant = new RegExp(`^\\d{4}-\\d\\d-\\d\\dT${time}:[0-5]\\d(\\.\\d+)?(Z|[+-]${time})$`);

/** Whether `text` begins with a day that there is, such as `2028-02-29`. */
export function startsWithDay(text: string): boolean {
  const [, year, month, day] = (/^(\d{4})-(\d\d)-(\d\d)/.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  // Not `Date.UTC`: it takes the years up to 99 for those of 1900.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** Whether `text` is an instant in the form of RFC 3339. */
export const isInstant = (text: string): boolean => instant.test(text) && startsWithDay(text);

/** The mark of an {@link ISOInstant}. */
export interface ISOInstantBrand {
  readonly ISOInstant: unique symbol;
}

/** An instant as a string: `2026-11-30T14:45:00.123Z`. */
export type ISOInstant = t.Branded<string, ISOInstantBrand>;

/**
 * An instant in the form of RFC 3339, `2026-11-30T14:45:00.123Z` or with an offset such as `+01:00`, that stays the string that it is. Days
 * that there are not, and leap seconds, are refused.
 *
 * @example
 * const Trade = t.type({ price: t.number, at: ISOInstant });
 */
export const ISOInstant: t.BrandC<t.StringC, ISOInstantBrand> = /* @__PURE__ */ withJsonSchemas(
  /* @__PURE__ */ t.brand(t.string, (text): text is ISOInstant => isInstant(text), 'ISOInstant'),
  { input: { type: 'string', format: 'date-time' }, output: { type: 'string', format: 'date-time' } },
);

/** The mark of an {@link ISODate}. */
export interface ISODateBrand {
  readonly ISODate: unique symbol;
}

/** A day as a string: `2026-11-30`. */
export type ISODate = t.Branded<string, ISODateBrand>;

/**
 * A day of the calendar, `2026-11-30`, that stays the string that it is. Days that there are not are refused.
 *
 * @example
 * const Holiday = t.type({ day: ISODate, name: NonEmptyString });
 */
export const ISODate: t.BrandC<t.StringC, ISODateBrand> = /* @__PURE__ */ withJsonSchemas(
  /* @__PURE__ */ t.brand(t.string, (text): text is ISODate => text.length === 10 && startsWithDay(text), 'ISODate'),
  { input: { type: 'string', format: 'date' }, output: { type: 'string', format: 'date' } },
);
