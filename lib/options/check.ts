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

type Wrong = typeof TypeError | typeof RangeError;

const refuse = (Kind: Wrong, owner: string, name: string, wanted: string, value: unknown): never => {
  throw new Kind(`${owner}: ${name} must be ${wanted}, not ${quote(value)}`);
};

const checkNumber =
  (what: string, unit: string, largest: number, fits: (value: unknown) => boolean) =>
  (owner: string, name: string, value: unknown, { min = 0, max = largest, infinite = false }: Bounds = {}): number => {
    const orInfinity = infinite ? ' or Infinity' : '';
    if (infinite && value === Infinity) return value;
    if (!fits(value)) refuse(TypeError, owner, name, what + orInfinity, value);
    const number = value as number;
    if (number < min || number > max) refuse(RangeError, owner, name, `between ${min} and ${max}${unit}${orInfinity}`, value);
    return number;
  };

/** Returns `value` if it is a number of milliseconds in range; else throws an error that names the option. */
export const checkDuration = checkNumber(
  'a number of milliseconds',
  ' ms',
  longestDelay,
  (value) => typeof value === 'number' && value === value,
);

/** Returns `value` if it is a whole number in range; else throws an error that names the option. */
export const checkCount = checkNumber('a whole number', '', Number.MAX_SAFE_INTEGER, Number.isInteger);

/** Returns `value` if it is a function; else throws an error that names the option. */
export const checkFunction = <F>(owner: string, name: string, value: F): F =>
  typeof value === 'function' ? value : refuse(TypeError, owner, name, 'a function', value);

/** Returns `value` if it is one of `allowed`; else throws an error that names the option and what it may be. */
export const checkOneOf = <T extends string>(owner: string, name: string, value: T, allowed: readonly T[]): T =>
  allowed.includes(value) ? value : refuse(TypeError, owner, name, `one of ${allowed.map(quote).join(', ')}`, value);

/** Returns `value` if it is a non-empty string; else throws an error that names the option. */
export const checkName = (owner: string, name: string, value: unknown): string =>
  typeof value === 'string' && value ? value : refuse(TypeError, owner, name, 'a non-empty string', value);

/** Throws a TypeError that names the option unless `fits`; `wanted` says what it must be. */
export const checkThat = (owner: string, name: string, value: unknown, wanted: string, fits: boolean): void => {
  if (!fits) refuse(TypeError, owner, name, wanted, value);
};

/** Whether `value` is a token of HTTP (RFC 7230, section 3.2.6): what names of headers and subprotocols are made of. */
export const isToken = (value: unknown): boolean => typeof value === 'string' && /^[\w!#$%&'*+.^`|~-]+$/.test(value);

/** Whether `value` is an object with its content in properties; lists, maps and `Headers` have it elsewhere. */
export const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !(Symbol.iterator in value);

/** Throws unless `value` is an object, and neither a list nor a map. */
export const checkObject = (owner: string, name: string, value: unknown): void => {
  checkThat(owner, name, value, 'an object', isRecord(value));
};

const has = (value: unknown, method: string): boolean =>
  typeof (value as Record<string, unknown> | null | undefined)?.[method] === 'function';

/** Throws unless `events` is left out, or has a function `next`. */
export const checkEvents = (owner: string, events: unknown): void => {
  checkThat(owner, 'events', events, 'an observer with next', events === undefined || has(events, 'next'));
};

/** Throws unless `signal` is left out, or an AbortSignal. */
export const checkSignal = (owner: string, signal: unknown): void => {
  checkThat(owner, 'signal', signal, 'an AbortSignal', signal === undefined || has(signal, 'addEventListener'));
};

/** Throws unless `counters` are counters: numbers, `drops` and two histograms. */
export const checkCounters = (owner: string, counters: unknown): void => {
  const { drops, rtt, replyTime } = (counters ?? {}) as { readonly [name: string]: unknown };
  checkThat(
    owner,
    'counters',
    counters,
    'as createCounters() makes them',
    !!drops && has(rtt, 'record') && has(replyTime, 'record'),
  );
};

/** Throws unless `code` is a close code that an application may send (1000 or 3000–4999), and `reason` fits into a close frame. */
export function checkCloseCode(owner: string, code: unknown, reason: unknown): void {
  if (code !== 1000 && !(Number.isInteger(code) && (code as number) >= 3000 && (code as number) <= 4999))
    refuse(RangeError, owner, 'code', '1000 or 3000–4999', code);
  if (typeof reason !== 'string') refuse(TypeError, owner, 'reason', 'a string', reason);
  // A WebSocket close frame holds 125 bytes, two of them the code.
  if (new TextEncoder().encode(reason as string).length > 123)
    refuse(RangeError, owner, 'reason', 'at most 123 bytes of UTF-8', reason);
}
