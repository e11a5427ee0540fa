/** What docs/PROTOCOL.md says that a server makes of a frame: written from the document, without the code. */
export type Meaning =
  /** The first two are answered with an error without an id. */
  | { readonly kind: 'malformed' | 'unknown' | 'nothing' }
  /** Answered once. */
  | { readonly kind: 'request'; readonly id: unknown; readonly command: string; readonly data: unknown; readonly stream: boolean }
  | { readonly kind: 'subscribe'; readonly id: unknown; readonly topic: string; readonly params: unknown }
  | { readonly kind: 'ping'; readonly type: 'ping' | 'PING'; readonly timestamp: unknown }
  /** Not answered, but takes an answer away. */
  | { readonly kind: 'cancel' | 'unsubscribe'; readonly id: unknown };

type Rule = (value: unknown) => boolean;

const text: Rule = (value) => typeof value === 'string';
const flag: Rule = (value) => typeof value === 'boolean';
const id: Rule = (value) => text(value) || (typeof value === 'number' && Math.abs(value) < 2 ** 53);
const amount: Rule = (value) => typeof value === 'number' && value >= 0 && Number.isFinite(value);
const position: Rule = (value) => {
  const { epoch, offset } = Object(value) as { epoch?: unknown; offset?: unknown };
  return text(epoch) && Number.isSafeInteger(offset) && (offset as number) >= 0;
};

/** By type: the fields that must be there, and those that may. */
const types: Readonly<
  Record<string, readonly [needed: Readonly<Record<string, Rule>>, optional?: Readonly<Record<string, Rule>>]>
> = {
  RESPONSE: [{ id }, { more: flag }],
  ERROR: [{ id }, { code: id, error: text, retryAfter: amount }],
  CANCEL: [{ id }],
  SUBSCRIBE: [{ id, topic: text }, { since: position }],
  ACK: [
    { id, topic: text },
    { position, recovered: flag },
  ],
  NACK: [{ id }, { code: id, error: text }],
  UNSUBSCRIBE: [{ id, topic: text }],
  NOTIFY: [{ topic: text }, { position }],
  ENDED: [{ topic: text }],
  ping: [{}, { timestamp: amount }],
  PING: [{}, { timestamp: amount }],
  pong: [{}, { timestamp: amount }],
  PONG: [{}, { timestamp: amount }],
};

const malformed: Meaning = { kind: 'malformed' };
const unknown: Meaning = { kind: 'unknown' };
const nothing: Meaning = { kind: 'nothing' };

/** Fields that are null count as missing. */
const isMissing = (value: unknown): value is null | undefined => value === undefined || value === null;

const parse = (frame: string | Uint8Array): unknown => {
  try {
    return JSON.parse(typeof frame === 'string' ? frame : new TextDecoder('utf-8', { fatal: true }).decode(frame)) as unknown;
  } catch {
    return undefined;
  }
};

const commandOf = (frame: Readonly<Record<string, unknown>>): Meaning => {
  const { command, data, stream, key } = frame;
  if (!text(command)) return malformed;
  if (isMissing(frame.id)) return nothing;
  if (!id(frame.id) || !(isMissing(stream) || flag(stream)) || !(isMissing(key) || text(key))) return malformed;
  return { kind: 'request', id: frame.id, command: command as string, data, stream: stream === true };
};

/** The meaning of a frame that a client sends: of a string as it arrives, without lone halves of surrogate pairs. */
export function meaningOf(received: string | Uint8Array): Meaning {
  const parsed = parse(received);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return malformed;
  const frame = parsed as Readonly<Record<string, unknown>>;
  const { type } = frame;
  if (isMissing(type)) return isMissing(frame.command) ? unknown : commandOf(frame);
  if (typeof type !== 'string') return malformed;
  const rules = Object.hasOwn(types, type) ? types[type] : undefined;
  if (!rules || ((type === 'ERROR' || type === 'ACK') && isMissing(frame.id))) return unknown;
  const [needed, optional = {}] = rules;
  if (Object.entries(needed).some(([name, rule]) => !rule(frame[name]))) return malformed;
  if (Object.entries(optional).some(([name, rule]) => !isMissing(frame[name]) && !rule(frame[name]))) return malformed;
  switch (type) {
    case 'SUBSCRIBE':
      return { kind: 'subscribe', id: frame.id, topic: frame.topic as string, params: frame.params };
    case 'CANCEL':
    case 'UNSUBSCRIBE':
      return { kind: type === 'CANCEL' ? 'cancel' : 'unsubscribe', id: frame.id };
    case 'ping':
    case 'PING':
      return { kind: 'ping', type, timestamp: frame.timestamp ?? undefined };
    default:
      return nothing;
  }
}
