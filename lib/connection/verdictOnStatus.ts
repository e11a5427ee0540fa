import { asyncScheduler } from 'rxjs';
import { adviceOf, lookUpVerdict, type Verdict } from './verdict.js';

// The three forms of an HTTP date. `Date.parse` alone also makes a date of "soon 2099", and would hold a client off for weeks.
const httpDate = /^[A-Z][a-z]{2,8},? .*\d\d:\d\d:\d\d( \d{4}| GMT)$/;

/** Reads an HTTP `Retry-After`: seconds, or a date. */
const adviceOfHeader = (header = ''): Verdict | undefined => {
  const seconds = /^\d+$/.test(header);
  if (!seconds && !httpDate.test(header)) return undefined;
  // One form names no zone; it means GMT as well, where `Date.parse` takes the local time.
  const delay = seconds ? Number(header) * 1000 : Date.parse(header.replace(/( GMT)?$/, ' GMT')) - asyncScheduler.now();
  return adviceOf(Math.max(0, delay));
};

/** The verdict on the HTTP status of a refused upgrade, by the `verdictTable`; `retryAfter` is the header. */
export const verdictOnStatus = (status: number, retryAfter?: string): Verdict =>
  lookUpVerdict(status, adviceOfHeader(retryAfter));
