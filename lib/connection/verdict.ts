import { longestDelay } from '../options/check.js';

/**
 * What an end means for the next attempt: try again, give up, try once more with a new credential, or try again but not before
 * `retryAfter` milliseconds, spread over `spread` milliseconds more.
 */
export type Verdict = 'retry' | 'final' | 'refresh' | { readonly retryAfter: number; readonly spread?: number };

/** One line of the `verdictTable`. */
export interface VerdictRule {
  /** Whether the numbers are close codes, or HTTP statuses of a refused upgrade. */
  readonly of: 'close' | 'status';
  readonly from: number;
  readonly to: number;
  readonly verdict: 'retry' | 'final' | 'refresh';
  /** Advice that came along (`Retry-After`, or JSON in the close reason) is honoured. */
  readonly advised?: true;
}

/** Lines with one verdict, for single numbers and for ranges. */
export const rulesOf = (
  of: VerdictRule['of'],
  verdict: VerdictRule['verdict'],
  advised: boolean,
  ...ranges: (number | readonly [from: number, to: number])[]
): VerdictRule[] =>
  ranges.map((range) => {
    const [from, to] = [range, range].flat() as [number, number];
    return { of, from, to, verdict, ...(advised && { advised }) };
  });

/** What the close codes 1000–4999 mean. The first line that matches decides; none: `retry`. */
export const closeRules: readonly VerdictRule[] = [
  rulesOf('close', 'refresh', false, 4401),
  rulesOf('close', 'retry', true, 1013, 4429),
  rulesOf('close', 'final', false, [1002, 1003], [1007, 1010], 4400, 4403, 4409),
  rulesOf('close', 'retry', false, [1000, 4999]),
].flat();

/** The verdict of the first line that matches; `advice` counts only where that line heeds it. */
export const lookUpVerdict = (rules: readonly VerdictRule[], number: number, advice: Verdict | undefined): Verdict => {
  const line = rules.find(({ from, to }) => number >= from && number <= to);
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

/** The verdict on a close code, by the `verdictTable`; 1013 and 4429 heed `{"retryAfter":ms,"spread":ms}` in the reason. */
export const verdictOnClose = (code: number, reason = ''): Verdict => lookUpVerdict(closeRules, code, adviceInReason(reason));

/** How an error tells `retryBackoff` of a verdict. After `refresh` it is retryable only if a new credential can be had. */
export const errorOptionsOf = (verdict: Verdict, canRenew = () => false) => ({
  retryable: verdict === 'refresh' ? canRenew() : verdict !== 'final',
  refresh: verdict === 'refresh',
  ...(typeof verdict === 'object' && verdict),
});
