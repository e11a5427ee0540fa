import { delayOf } from '../options/check.js';

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

/** Lines with one verdict, in short: the first and last number of each range. `advised` stands for a retry that heeds advice. */
export type VerdictLines = readonly [
  verdict: VerdictRule['verdict'] | 'advised',
  ...ranges: (readonly [from: number, to: number])[],
];

/** What the close codes 1000–4999 mean. The first line that matches decides; none: `retry`. */
export const closeLines: readonly VerdictLines[] = [
  ['refresh', [4401, 4401]],
  ['advised', [1013, 1013], [4429, 4429]],
  ['final', [1002, 1003], [1007, 1010], [4400, 4400], [4403, 4403], [4409, 4409]],
];

/** The verdict of the first line that matches; `advice` counts only where that line heeds it. */
export const lookUpVerdict = (lines: readonly VerdictLines[], number: number, advice: Verdict = 'retry'): Verdict => {
  const [verdict = 'retry'] = lines.find(([, ...ranges]) => ranges.some(([from, to]) => number >= from && number <= to)) ?? [];
  return verdict === 'advised' ? advice : verdict;
};

const isDelay = (value: unknown): value is number => typeof value === 'number' && value >= 0;

/** Advice in milliseconds, as much of it as a timer keeps. */
export const adviceOf = (retryAfter: unknown, spread?: unknown): Verdict | undefined =>
  isDelay(retryAfter) ? { retryAfter: delayOf(retryAfter), ...(isDelay(spread) && { spread: delayOf(spread) }) } : undefined;

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
export const verdictOnClose = (code: number, reason = ''): Verdict => lookUpVerdict(closeLines, code, adviceInReason(reason));

/** How an error tells `retryBackoff` of a verdict. After `refresh` it is retryable only if a new credential can be had. */
export const errorOptionsOf = (verdict: Verdict, canRenew = () => false) => ({
  retryable: verdict === 'refresh' ? canRenew() : verdict !== 'final',
  refresh: verdict === 'refresh',
  ...(typeof verdict === 'object' && verdict),
});
