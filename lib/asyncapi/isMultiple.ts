/**
 * Whether a number is a multiple of a step, as its digits say: 19.99 is one of 0.01, though no number of this machine is exactly either. Of a whole step
 * nothing has to be forgiven.
 */
export function isMultiple(value: number, step: number): boolean {
  const times = value / step;
  const off = Math.abs(times - Math.round(times));
  return off === 0 || (!Number.isInteger(step) && off <= 2 * Number.EPSILON * Math.abs(times));
}
