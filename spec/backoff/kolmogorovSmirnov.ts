/** A continuous distribution function: the probability of at most `x`. */
export type Distribution = (x: number) => number;

/** Evenly spread between `from` and `to`. */
export const uniform =
  (from: number, to: number): Distribution =>
  (x) =>
    Math.min(1, Math.max(0, (x - from) / (to - from)));

/** The Kolmogorov–Smirnov distance: the largest gap between a sample's distribution function and `distribution`. */
export function distance(sample: readonly number[], distribution: Distribution): number {
  const sorted = [...sample].sort((a, b) => a - b);
  const n = sorted.length;
  return Math.max(...sorted.map((x, i) => Math.max((i + 1) / n - distribution(x), distribution(x) - i / n)));
}

/** The distance that a sample of `n` from the right distribution exceeds in one of a thousand cases: √(−ln(0.0005) / 2n). */
export const criticalDistance = (n: number): number => Math.sqrt(-Math.log(0.001 / 2) / (2 * n));
