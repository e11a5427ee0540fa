import * as t from 'io-ts';

/** A day, `2026-11-30` on the wire and a `Date` in the program. */
export const Day = new t.Type<Date, string>(
  'Day',
  (value): value is Date => value instanceof Date,
  (value, context) => {
    const day = new Date(typeof value === 'string' ? value : NaN);
    return Number.isNaN(day.getTime()) ? t.failure(value, context) : t.success(day);
  },
  (day) => day.toISOString().slice(0, 10),
);
