import { GatewayError } from '../errors/gatewayErrors.js';
import type { SessionEnd } from '../connection/session.js';
import { checkFlag, checkFunction } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import { isPerMessage } from './isPerMessage.js';
import type { EventObserver, GatewayEvent } from './gatewayEvent.js';
import { redact } from './redact.js';

/**
 * Where {@link logTo} writes: `console`, pino, or anything alike. One that has a function `child` or `bindings`, as pino has, is called
 * with fields and a message, any other with one string.
 */
export interface LogTarget {
  debug(line: string): void;
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

/** Options of {@link logTo}. */
export interface LogOptions {
  /** Whether each message, in and out, gets an entry (level `debug`) with its kind and name. Default `false`: they are not even built. */
  readonly messages?: boolean | undefined;
}

type Level = keyof LogTarget;
type Plain = string | number | boolean;
type PlainFields = Readonly<Record<string, Plain>>;
type Fields = Readonly<Record<string, Plain | PlainFields>>;

/** The fields of any event that are not simply written. */
interface SpecialFields {
  readonly end?: SessionEnd;
  readonly error?: GatewayError | undefined;
  readonly cause?: unknown;
}

type FieldTarget = Record<Level, (fields: Fields, message: string) => void>;

type Known = {
  readonly [T in GatewayEvent['type']]: readonly [level: Level, ...fields: Exclude<keyof (GatewayEvent & { type: T }), 'type'>[]];
};

// A field that is not here is not written, whoever adds it to an event: it may hold a payload or a credential. So `subprotocol` is
// missing, and `since`, which says nothing that the logger's own clock does not.
const known: Known = {
  connecting: ['info', 'session'],
  opened: ['info', 'session', 'url'],
  ready: ['info', 'session'],
  ended: ['info', 'session', 'end'],
  released: ['debug', 'session'],
  retrying: ['warn', 'attempt', 'delay', 'cause'],
  gaveUp: ['error', 'cause'],
  closing: ['info'],
  closed: ['info'],
  refreshing: ['info'],
  heartbeat: ['debug', 'session', 'rtt'],
  subscribed: ['debug', 'session', 'topic'],
  unsubscribed: ['debug', 'session', 'topic', 'by'],
  refused: ['warn', 'session', 'topic', 'code'],
  resumed: ['info', 'session', 'topics', 'sent'],
  gap: ['warn', 'session', 'topic'],
  malformed: ['warn', 'session', 'error'],
  dropped: ['warn', 'session', 'reason'],
  invalid: ['warn', 'session', 'name', 'error'],
  limited: ['warn', 'session', 'name', 'retryAfter'],
  rejected: ['warn', 'session', 'code', 'reason'],
  upgradeRefused: ['warn', 'status', 'reason', 'address'],
  hookFailed: ['warn', 'hook', 'cause'],
  sent: ['debug', 'session', 'kind', 'name'],
  received: ['debug', 'session', 'kind', 'name'],
};

const ofEnd: readonly (keyof SessionEnd)[] = ['code', 'reason', 'wasClean', 'by'];

/** What may be written of these fields: short plain values. */
const plain = (source: object, names: readonly string[] = Object.keys(source)): PlainFields => {
  const fields: Record<string, Plain> = {};
  for (const name of names) {
    const value = (source as Readonly<Record<string, unknown>>)[name];
    if (typeof value === 'string' && value) fields[name] = redact(value);
    else if (typeof value === 'number') fields[name] = Math.round(value * 100) / 100;
    else if (typeof value === 'boolean') fields[name] = value;
  }
  return fields;
};

/** An error without what it may quote: payloads, its cause, and the fields of a foreign one. */
const describeError = (error: unknown): PlainFields => {
  try {
    const own = error instanceof GatewayError ? ['kind', 'code', 'status', 'reason', 'retryable', 'retryAfter'] : [];
    return plain(Object(error) === error ? (error as object) : { message: String(error) }, ['name', 'message', ...own]);
  } catch {
    return { message: 'an error that cannot be read' };
  }
};

const write = (value: Plain | PlainFields): string => {
  if (typeof value === 'object')
    return JSON.stringify([value.name, value.message].filter((part) => part !== undefined).join(': '));
  const text = String(value);
  return /[\s"=]/.test(text) ? JSON.stringify(text) : text;
};

/**
 * Returns an observer that writes one line per event to a logger: give it as `events`.
 *
 * ```
 * rxgate: retrying attempt=2 delay=1240 cause="ConnectionLostError: Connection lost: close code 1006"
 * ```
 *
 * The life of the connection is `info`, trouble `warn`, giving up `error`; heartbeats, topics and messages are `debug`. To pino the same
 * goes as fields: `{ event: 'retrying', attempt: 2, delay: 1240, cause: { name, message, kind, … } }`. Durations are in ms.
 *
 * Of an event only the fields that are known to hold no payload are written; of an error only its name and message, and the plain fields of
 * this library's own. Of texts the parts that may be credentials are left out: user and query of a URL, for example. A logger that throws loses that line and hurts nobody.
 *
 * ```ts
 * import { connect, logTo } from 'rxgate';
 * import { commandNotify } from 'rxgate/protocols';
 *
 * const session$ = connect({ url: 'wss://gw.example/ws', protocol: commandNotify(), events: logTo(console) });
 * ```
 *
 * @throws TypeError at the call if a function of the logger is missing, or `messages` is no boolean.
 */
export function logTo(logger: LogTarget, options: LogOptions = {}): EventObserver {
  for (const level of ['debug', 'info', 'warn', 'error'] as const)
    checkFunction('logTo', `logger.${level}`, (logger as LogTarget | null | undefined)?.[level]);
  const { messages } = readOptions('logTo', options, { messages: [checkFlag, false] });
  const { child, bindings, transports } = logger as { child?: unknown; bindings?: unknown; transports?: unknown };
  // Winston has `child` too, but takes the message first; it is known by its `transports`.
  const takesFields = typeof bindings === 'function' || (typeof child === 'function' && !transports);

  return {
    observed: messages,
    next: (happened) => {
      // Behind a Subject they come whatever `observed` says.
      if (!messages && isPerMessage(happened)) return;
      try {
        const { type } = happened;
        const [usual, ...names] = Object.hasOwn(known, type) ? known[type] : (['info'] as const);
        const shown = Object.fromEntries(
          Object.entries(happened).filter(([name]) => (names as readonly string[]).includes(name)),
        );
        const { end, error = end?.error, cause = error, ...rest }: SpecialFields = shown;
        const level = end?.error ? 'warn' : usual;
        const hasCause = 'cause' in shown || cause;
        const fields: Fields = {
          ...plain(rest),
          ...plain(end ?? {}, ofEnd),
          ...(hasCause ? { cause: describeError(cause) } : {}),
        };
        if (takesFields) (logger as unknown as FieldTarget)[level]({ event: type, ...fields }, `rxgate: ${type}`);
        else
          logger[level](['rxgate:', type, ...Object.entries(fields).map(([name, value]) => `${name}=${write(value)}`)].join(' '));
      } catch {
        // There is no other place to tell it, and a connection matters more than a line about it.
      }
    },
  };
}
