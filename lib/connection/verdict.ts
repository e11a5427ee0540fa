import { longestDelay } from '../options/check.js';

/**
 * What an end means for the next attempt: try again, give up, try once more with a new credential, or try again but not before
 * `retryAfter` milliseconds, spread over `spread` milliseconds more.
 */
export type Verdict = 'retry' | 'final' | 'refresh' | { readonly retryAfter: number; readonly spread?: number };

/** One line of the {@link verdictTable}. */
export interface VerdictRule {
  /** Whether the numbers are close codes, or HTTP statuses of a refused upgrade. */
  readonly of: 'close' | 'status';
  readonly from: number;
  readonly to: number;
  readonly verdict: 'retry' | 'final' | 'refresh';
  /** Advice that came along (`Retry-After`, or JSON in the close reason) is honoured. */
  readonly advised?: true;
}

const rule = (of: VerdictRule['of'], from: number, to: number, verdict: VerdictRule['verdict'], advised?: true): VerdictRule => ({
  of,
  from,
  to,
  verdict,
  ...(advised && { advised }),
});

/** What the close codes 1000–4999 and the HTTP statuses of a refused upgrade mean. The first line that matches decides; none: `retry`. */
export const verdictTable: readonly VerdictRule[] = [
  rule('close', 1002, 1003, 'final'),
  rule('close', 1007, 1010, 'final'),
  rule('close', 1013, 1013, 'retry', true),
  rule('close', 4400, 4400, 'final'),
  rule('close', 4401, 4401, 'refresh'),
  rule('close', 4403, 4403, 'final'),
  rule('close', 4409, 4409, 'final'),
  rule('close', 4429, 4429, 'retry', true),
  rule('close', 1000, 4999, 'retry'),
  rule('status', 401, 401, 'refresh'),
  rule('status', 408, 408, 'retry', true),
  rule('status', 425, 425, 'retry', true),
  rule('status', 429, 429, 'retry', true),
  rule('status', 400, 499, 'final'),
  rule('status', 500, 599, 'retry', true),
];

/** The line of the table for a close code or an HTTP status; `advice` is asked only where the line heeds it. */
export const lookUpVerdict = (of: VerdictRule['of'], number: number, advice: () => Verdict | undefined): Verdict => {
  const found = verdictTable.find((line) => line.of === of && number >= line.from && number <= line.to);
  return (found?.advised && advice()) || (found?.verdict ?? 'retry');
};

/** Advice in milliseconds, as far as it is a number that a timer keeps. */
export const adviceOf = (retryAfter: unknown, spread?: unknown): Verdict | undefined => {
  const [least, width] = [retryAfter, spread].map((value) =>
    typeof value === 'number' && value >= 0 ? Math.min(value, longestDelay) : undefined,
  );
  return least === undefined ? undefined : { retryAfter: least, ...(width !== undefined && { spread: width }) };
};

/** The verdict on a close code, by the {@link verdictTable}; 1013 and 4429 heed `{"retryAfter":ms,"spread":ms}` in the reason. */
export const verdictOnClose = (code: number, reason = ''): Verdict =>
  lookUpVerdict('close', code, () => {
    try {
      const advice = JSON.parse(reason) as { retryAfter?: unknown; spread?: unknown } | null;
      return adviceOf(advice?.retryAfter, advice?.spread);
    } catch {
      // A reason in plain words carries no advice.
      return undefined;
    }
  });

/** How an error tells `retryBackoff` of a verdict. `refresh` alone does not make it retryable: somebody must have a new credential. */
export const errorOptionsOf = (
  verdict: Verdict,
): { retryable: boolean; refresh: boolean; retryAfter?: number; spread?: number | undefined } =>
  typeof verdict === 'object'
    ? { retryable: true, refresh: false, retryAfter: verdict.retryAfter, spread: verdict.spread }
    : { retryable: verdict === 'retry', refresh: verdict === 'refresh' };
