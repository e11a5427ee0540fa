import * as t from 'io-ts';
import { isInstant } from './isoInstant.js';
import { type JsonSchema, withJsonSchemas } from './jsonSchemas.js';

const isDate = (value: unknown): value is Date => value instanceof Date && !Number.isNaN(value.getTime());

const dateFrom = <O>(name: string, read: (value: unknown) => Date | undefined, encode: (date: Date) => O, input: JsonSchema) =>
  withJsonSchemas(
    new t.Type<Date, O, unknown>(
      name,
      isDate,
      (value, context) => {
        const date = read(value);
        return isDate(date) ? t.success(date) : t.failure(value, context);
      },
      encode,
    ),
    { input },
  );

/** The largest number of milliseconds that a `Date` holds. */
const last = 8.64e15;

const fromNumber = (value: unknown, factor: number): Date | undefined =>
  typeof value === 'number' ? new Date(Math.round(value * factor)) : undefined;

/**
 * A `Date` from an instant in the form of RFC 3339, and back to `2026-11-30T14:45:00.123Z`. What `ISOInstant` refuses is refused, while the
 * codec of that name in io-ts-types takes all that `new Date` reads, `"1"` for example. A `Date` keeps milliseconds.
 *
 * @example
 * const Trade = t.type({ price: t.number, at: DateFromISOString });
 */
export const DateFromISOString: t.Type<Date, string> = /* @__PURE__ */ dateFrom(
  'DateFromISOString',
  (value) => (typeof value === 'string' && isInstant(value) ? new Date(value) : undefined),
  (date) => date.toISOString(),
  { type: 'string', format: 'date-time' },
);

/** A `Date` from milliseconds since 1970, and back. A part of a millisecond is rounded. */
export const DateFromNumber: t.Type<Date, number> = /* @__PURE__ */ dateFrom(
  'DateFromNumber',
  (value) => fromNumber(value, 1),
  (date) => date.getTime(),
  { type: 'number', minimum: -last, maximum: last },
);

/** A `Date` from seconds since 1970, with a fraction where there is one, and back. */
export const DateFromUnixTime: t.Type<Date, number> = /* @__PURE__ */ dateFrom(
  'DateFromUnixTime',
  (value) => fromNumber(value, 1_000),
  (date) => date.getTime() / 1_000,
  { type: 'number', minimum: -last / 1_000, maximum: last / 1_000 },
);
