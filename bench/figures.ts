const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** The value that `fraction` of the values do not exceed. */
export const percentile = (values: readonly number[], fraction: number): number =>
  sorted(values)[Math.max(0, Math.ceil(values.length * fraction) - 1)] as number;

export const median = (values: readonly number[]): number => {
  const inOrder = sorted(values);
  const middle = (inOrder.length - 1) / 2;
  return ((inOrder[Math.floor(middle)] as number) + (inOrder[Math.ceil(middle)] as number)) / 2;
};

/** Median, and in brackets the smallest and the largest. */
export const spread = (values: readonly number[], digits: number): string =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`;

/** Each value over the other of the same round. */
export const ratios = (ours: readonly number[], base: readonly number[]): number[] =>
  ours.map((value, round) => value / (base[round] as number));

/** A figure with a limit. */
export interface Verdict {
  readonly what: string;
  readonly figure: number;
  readonly limit: number;
  readonly unit?: string;
}
