/** The largest delay that a platform timer keeps: 2³¹ − 1 ms, 24.8 days. A longer one would fire at once. */
export const longestDelay = 2_147_483_647;

/** Of a delay in ms, as much as a timer keeps; 0 of anything else. */
export const delayOf = (value: unknown): number => (typeof value === 'number' && value > 0 ? Math.min(value, longestDelay) : 0);

/** What a number may be. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
  /** Whether `Infinity` may be given, to switch the limit off. */
  readonly infinite?: boolean;
}

const quote = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value);
  // An object's text says little, may be long, and there may be none: `String(Object.create(null))` throws.
  return Object(value) === value ? typeof value : String(value);
};

/** Returns `value` if it `fits`; else throws an error that names the option. `wanted` says what it must be. */
export const checkThat = <T>(
  owner: string,
  name: string,
  value: T,
  wanted: string,
  fits: unknown,
  Wrong = TypeError,
  options?: ErrorOptions,
): T => {
  if (!fits) throw new Wrong(`${owner}: ${name} must be ${wanted}, not ${quote(value)}`, options);
  return value;
};

const checkNumber = (
  owner: string,
  name: string,
  value: unknown,
  { min = 0, max, infinite }: Bounds & { readonly max: number },
  what: string,
  isOne: boolean,
): number => {
  const number = value as number;
  const fits = (isOne && number >= min && number <= max) || (infinite && value === Infinity);
  const wanted = `${what} from ${min} to ${max}${infinite ? ' or Infinity' : ''}`;
  return checkThat(owner, name, number, wanted, fits, isOne ? RangeError : TypeError);
};

/** Returns `value` if it is a number of milliseconds in range; else throws an error that names the option. */
export const checkDuration = (owner: string, name: string, value: unknown, bounds?: Bounds): number =>
  checkNumber(owner, name, value, { max: longestDelay, ...bounds }, 'milliseconds', typeof value === 'number' && value === value);

/** Returns `value` if it is a whole number in range; else throws an error that names the option. */
export const checkCount = (owner: string, name: string, value: unknown, bounds?: Bounds): number =>
  checkNumber(owner, name, value, { max: 2 ** 53 - 1, ...bounds }, 'a whole number', Number.isInteger(value));

/** Returns `value` if it is a function; else throws an error that names the option. */
export const checkFunction = <F>(owner: string, name: string, value: F): F =>
  checkThat(owner, name, value, 'a function', typeof value === 'function');

/** Returns `value` if it is `true` or `false`; else throws an error that names the option. */
export const checkFlag = (owner: string, name: string, value: boolean): boolean =>
  checkThat(owner, name, value, 'true or false', typeof value === 'boolean');

/** Returns `value` if it is one of `allowed`; else throws an error that names the option and what it may be. */
export const checkOneOf = <T>(owner: string, name: string, value: T, allowed: readonly T[]): T =>
  checkThat(owner, name, value, `one of ${allowed.map(quote).join(', ')}`, allowed.includes(value));

/** Returns `value` if it is a non-empty string; else throws an error that names the option. */
export const checkName = (owner: string, name: string, value: unknown): string =>
  checkThat(owner, name, value as string, 'a non-empty string', typeof value === 'string' && value !== '');

/** Whether `value` is a token of HTTP (RFC 7230, section 3.2.6): what names of headers and subprotocols are made of. */
export const isToken = (value: unknown): boolean => typeof value === 'string' && /^[\w!#$%&'*+.^`|~-]+$/.test(value);

/** Whether `value` is an object with its content in properties; lists, maps and `Headers` have it elsewhere. */
export const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !(Symbol.iterator in value);

/** Returns `value` if it is an object, and neither a list nor a map; else throws an error that names the option. */
export const checkObject = <T>(owner: string, name: string, value: T): T =>
  checkThat(owner, name, value, 'an object', isRecord(value));

/** Whether `value` has this method. */
export const has = (value: unknown, method: string): boolean =>
  typeof (value as Record<string, unknown> | null | undefined)?.[method] === 'function';

/** Returns `value` if it has a function `next`; else throws an error that names the option. */
export const checkObserver = <T>(owner: string, name: string, value: T): T =>
  checkThat(owner, name, value, 'an observer with next', has(value, 'next'));

/** Returns `value` if it is an AbortSignal; else throws an error that names the option. */
export const checkAbortSignal = <T>(owner: string, name: string, value: T): T =>
  checkThat(owner, name, value, 'an AbortSignal', has(value, 'addEventListener'));

/** Throws unless `events` is left out, or has a function `next`. */
export const checkEvents = (owner: string, events: unknown): void => {
  if (events !== undefined) checkObserver(owner, 'events', events);
};

/** Throws unless `signal` is left out, or an AbortSignal. */
export const checkSignal = (owner: string, signal: unknown): void => {
  if (signal !== undefined) checkAbortSignal(owner, 'signal', signal);
};

/** Returns `value` if it is counters, known by their `drops` and histograms; else throws an error that names the option. */
export const checkCounting = <T>(owner: string, name: string, value: T): T => {
  const { drops, rtt, replyTime } = (value ?? {}) as { readonly [name: string]: unknown };
  return checkThat(owner, name, value, 'of createCounters()', drops && has(rtt, 'record') && has(replyTime, 'record'));
};

/** Throws unless `counters` are counters. */
export const checkCounters = (owner: string, counters: unknown): void => {
  checkCounting(owner, 'counters', counters);
};

/** Throws unless `code` is a close code that an application may send (1000 or 3000–4999), and `reason` fits into a close frame. */
export function checkCloseCode(owner: string, code: unknown, reason: unknown): void {
  const allowed = code === 1000 || (Number.isInteger(code) && (code as number) >= 3000 && (code as number) <= 4999);
  checkThat(owner, 'code', code, '1000 or 3000–4999', allowed, RangeError);
  // A WebSocket close frame holds 125 bytes, two of them the code.
  const isText = typeof reason === 'string';
  const fits = isText && new TextEncoder().encode(reason).length <= 123;
  checkThat(owner, 'reason', reason, 'a string of at most 123 bytes', fits, isText ? RangeError : TypeError);
}
