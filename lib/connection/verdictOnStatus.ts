import { now } from './now.js';
import { adviceOf, lookUpVerdict, type Verdict, type VerdictLines } from './verdict.js';

/** What the HTTP statuses of a refused upgrade mean. Apart from close codes, since a browser cannot see them. */
export const statusLines: readonly VerdictLines[] = [
  ['refresh', [401, 401]],
  ['advised', [408, 408], [425, 425], [429, 429], [500, 599]],
  ['final', [400, 499]],
];

// The three forms of an HTTP date. `Date.parse` alone also makes a date of "soon 2099", and would hold a client off for weeks.
const httpDate = /^[A-Z][a-z]{2,8},? .*\d\d:\d\d:\d\d( \d{4}| GMT)$/;

/** Reads an HTTP `Retry-After`: seconds, or a date. */
const adviceOfHeader = (header = ''): Verdict | undefined => {
  const seconds = /^\d+$/.test(header);
  if (!seconds && !httpDate.test(header)) return undefined;
  // One form names no zone; it means GMT as well, where `Date.parse` takes the local time.
  const delay = seconds ? Number(header) * 1000 : Date.parse(header.replace(/( GMT)?$/, ' GMT')) - now();
  return adviceOf(Math.max(0, delay));
};

/** The verdict on the HTTP status of a refused upgrade, by the `verdictTable`; `retryAfter` is the header. */
export const verdictOnStatus = (status: number, retryAfter?: string): Verdict =>
  lookUpVerdict(statusLines, status, adviceOfHeader(retryAfter));
