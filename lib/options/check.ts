/** The largest delay that a platform timer keeps: 2³¹ − 1 ms, 24.8 days. A longer one would fire at once. */
export const longestDelay = 2_147_483_647;

interface Bounds {
  readonly min?: number;
  readonly max?: number;
  /** Whether `Infinity` may be given, to switch the limit off. */
  readonly infinite?: boolean;
}

const quote = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value);
  // An object's text says little, may be long, and there may be none: `String(Object.create(null))` throws.
  return (typeof value === 'object' && value) || typeof value === 'function' ? `a value of type ${typeof value}` : String(value);
};

/** Returns `value` if it is a number of milliseconds in range; else throws an error that names the option. */
export function checkDuration(owner: string, name: string, value: unknown, bounds: Bounds = {}): number {
  const { min = 0, max = longestDelay, infinite = false } = bounds;
  if (typeof value !== 'number' || Number.isNaN(value))
    throw new TypeError(`${owner}: ${name} must be a number of milliseconds, not ${quote(value)}`);
  if (!(infinite && value === Infinity) && !(value >= min && value <= max))
    throw new RangeError(
      `${owner}: ${name} must be between ${min} and ${max} ms${infinite ? ', or Infinity' : ''}, not ${value}`,
    );
  return value;
}

/** Returns `value` if it is a whole number in range; else throws an error that names the option. */
export function checkCount(owner: string, name: string, value: unknown, bounds: Bounds = {}): number {
  const { min = 0, max = Number.MAX_SAFE_INTEGER, infinite = false } = bounds;
  if (infinite && value === Infinity) return value;
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw new TypeError(`${owner}: ${name} must be a whole number${infinite ? ' or Infinity' : ''}, not ${quote(value)}`);
  if (value < min || value > max) throw new RangeError(`${owner}: ${name} must be between ${min} and ${max}, not ${value}`);
  return value;
}

/** Returns `value` if it is a function; else throws an error that names the option. */
export function checkFunction<F>(owner: string, name: string, value: F): F {
  if (typeof value !== 'function') throw new TypeError(`${owner}: ${name} must be a function, not ${quote(value)}`);
  return value;
}

/** Returns `value` if it is one of `allowed`; else throws an error that names the option and what it may be. */
export function checkOneOf<T extends string>(owner: string, name: string, value: T, allowed: readonly T[]): T {
  if (!allowed.includes(value))
    throw new TypeError(`${owner}: ${name} must be one of ${allowed.map(quote).join(', ')}, not ${quote(value)}`);
  return value;
}

/** Returns `value` if it is a non-empty string; else throws an error that names the option. */
export function checkName(owner: string, name: string, value: unknown): string {
  if (typeof value !== 'string' || value === '')
    throw new TypeError(`${owner}: ${name} must be a non-empty string, not ${quote(value)}`);
  return value;
}

/** Throws unless `code` is a close code that an application may send: 1000 or 3000–4999. */
export function checkCloseCode(owner: string, code: unknown, reason: unknown): void {
  if (typeof code !== 'number' || !(code === 1000 || (code >= 3000 && code <= 4999 && Number.isInteger(code))))
    throw new RangeError(`${owner}: code must be 1000 or 3000–4999, not ${quote(code)}`);
  // A WebSocket close frame holds 125 bytes, two of them the code.
  if (typeof reason !== 'string') throw new TypeError(`${owner}: reason must be a string, not ${quote(reason)}`);
  if (new TextEncoder().encode(reason).length > 123) throw new RangeError(`${owner}: reason must be at most 123 bytes of UTF-8`);
}
