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

const lines = (verdict: VerdictRule['verdict'], advised: boolean, ...ranges: (number | [from: number, to: number])[]) =>
  ranges.map((range): VerdictRule => {
    const [from, to] = [range, range].flat() as [number, number];
    return { of: from < 1000 ? 'status' : 'close', from, to, verdict, ...(advised && { advised }) };
  });

/** What the close codes 1000–4999 and the HTTP statuses of a refused upgrade mean. The first line that matches decides; none: `retry`. */
export const verdictTable: readonly VerdictRule[] = [
  lines('refresh', false, 401, 4401),
  lines('retry', true, 408, 425, 429, [500, 599], 1013, 4429),
  lines('final', false, [400, 499], [1002, 1003], [1007, 1010], 4400, 4403, 4409),
  lines('retry', false, [1000, 4999]),
].flat();

/** The verdict on a close code or an HTTP status; `advice` counts only where the line of the table heeds it. */
export const lookUpVerdict = (number: number, advice: Verdict | undefined): Verdict => {
  const line = verdictTable.find(({ from, to }) => number >= from && number <= to);
  return (line?.advised && advice) || (line?.verdict ?? 'retry');
};

/** Advice in milliseconds, as much of it as a timer keeps. */
export const adviceOf = (...advice: readonly unknown[]): Verdict | undefined => {
  const [retryAfter, spread] = advice.map((value) =>
    typeof value === 'number' && value >= 0 ? Math.min(value, longestDelay) : undefined,
  );
  return retryAfter === undefined ? undefined : { retryAfter, ...(spread !== undefined && { spread }) };
};

const adviceInReason = (reason: string): Verdict | undefined => {
  try {
    const { retryAfter, spread } = JSON.parse(reason) as { retryAfter?: unknown; spread?: unknown };
    return adviceOf(retryAfter, spread);
  } catch {
    // A reason in plain words carries no advice.
    return undefined;
  }
};

/** The verdict on a close code, by the {@link verdictTable}; 1013 and 4429 heed `{"retryAfter":ms,"spread":ms}` in the reason. */
export const verdictOnClose = (code: number, reason = ''): Verdict => lookUpVerdict(code, adviceInReason(reason));

/** How an error tells `retryBackoff` of a verdict. After `refresh` it is retryable only if a new credential can be had. */
export const errorOptionsOf = (verdict: Verdict, canRenew = () => false) => ({
  retryable: verdict === 'refresh' ? canRenew() : verdict !== 'final',
  refresh: verdict === 'refresh',
  ...(typeof verdict === 'object' && verdict),
});
