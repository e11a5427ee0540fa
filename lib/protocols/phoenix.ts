import { MalformedMessageError } from '../errors/gatewayErrors.js';
import { isText } from './fields.js';
import type { Message } from './message.js';
import { type PhoenixFrame, readPhoenixFrame, writePhoenixFrame } from './phoenixFrame.js';
import type { Codec, Encoded, Frame, Protocol } from './protocol.js';

/** What `topic()` emits: an event of the channel. A payload in binary is a `Uint8Array`. */
export interface PhoenixEvent {
  readonly event: string;
  readonly payload: unknown;
}

/** A reply says what it is of itself: the answer of a channel's `handle_in`, or of its `join`. */
interface Answer {
  readonly status?: unknown;
  readonly response?: unknown;
}

const payloadOf = (data: unknown): PhoenixFrame[4] => {
  if (data === undefined || data === null) return {};
  if (typeof data !== 'object' || Array.isArray(data))
    throw new TypeError('The payload of a Phoenix message is an object or a Uint8Array');
  return data as PhoenixFrame[4];
};

function createCodec(): Codec {
  /** The refs of the joins that hold, by channel: what the gateway sends of an earlier one comes late. */
  const joins = new Map<string, string>();
  /** Refs that are not ids of the session's: of pushes that nobody waits for. */
  let lastOwn = 0;
  let beating: string | undefined;

  const write = (ref: string | null, topic: string, event: string, data?: unknown): Frame =>
    writePhoenixFrame([joins.get(topic) ?? null, ref, topic, event, payloadOf(data)]);
  const ownRef = (): string => `own${++lastOwn}`;
  const refusal = (id: number | string, code: string): Encoded => ({ frames: [], answers: [{ kind: 'refusal', id, code }] });

  const push = (command: string, ref: string, data: unknown): Frame | undefined => {
    const space = command.lastIndexOf(' ');
    if (space < 1) throw new TypeError('A command of Phoenix is a channel and an event: "room:lobby new_msg"');
    const topic = command.slice(0, space);
    return joins.has(topic) ? write(ref, topic, command.slice(space + 1), data) : undefined;
  };

  /** What becomes of an answer that is no request's. */
  const answerJoin = (
    id: number,
    topic: string,
    isOk: boolean,
    failure: object,
    payload: unknown,
  ): Message | readonly Message[] => {
    if (!isOk) {
      joins.delete(topic);
      return { kind: 'refusal', id, ...failure } as Message;
    }
    const data: PhoenixEvent = { event: 'phx_join', payload };
    return [
      { kind: 'confirmation', id, topic },
      { kind: 'notification', topic, data },
    ];
  };
  const answer = (frame: PhoenixFrame): Message | readonly Message[] => {
    const [, ref, topic] = frame;
    const { status, response } = frame[4] as Answer;
    if (!isText(ref) || !isText(status)) return { kind: 'other', body: frame };
    if (ref === beating) {
      beating = undefined;
      return { kind: 'pong' };
    }
    const id = Number(ref);
    const isOk = status === 'ok';
    const { reason } = (response ?? {}) as { readonly reason?: unknown };
    const failure = { code: isText(reason) ? reason : status, data: response };
    // Nobody waits for the answer to a leave or a send; that one failed is for who listens.
    if (Number.isNaN(id)) return isOk ? [] : { kind: 'other', body: frame };
    if (joins.get(topic) === ref) return answerJoin(id, topic, isOk, failure, response);
    return isOk ? { kind: 'reply', id, data: response, last: true } : { kind: 'failure', id, ...failure };
  };
  const read = (frame: PhoenixFrame): Message | readonly Message[] => {
    const [joinRef, , topic, event, payload] = frame;
    if (event === 'phx_reply') return answer(frame);
    const join = joins.get(topic);
    const isLate = joinRef !== null && joinRef !== join;
    if (event !== 'phx_close' && event !== 'phx_error') {
      if (isLate) return { kind: 'other', body: frame };
      const data: PhoenixEvent = { event, payload };
      return { kind: 'notification', topic, data };
    }
    // The end of a channel that was left is no news.
    if (isLate || join === undefined) return [];
    joins.delete(topic);
    if (event === 'phx_close') return { kind: 'ended', topic };
    return { kind: 'refusal', id: Number(join), code: event, message: 'the channel crashed', data: payload, retryable: true };
  };

  return {
    encode(message) {
      switch (message.kind) {
        case 'request': {
          const frame = push(message.command, `${message.id}`, message.data);
          const { id } = message;
          const answers: Message[] = [
            { kind: 'failure', id, code: 'NOT_JOINED', message: 'subscribe to the topic of the channel first' },
          ];
          return frame ?? { frames: [], answers };
        }
        case 'send': {
          const frame = push(message.command, ownRef(), message.data);
          if (!frame) throw new TypeError('A send needs its channel to be joined: subscribe to its topic first');
          return frame;
        }
        case 'subscribe': {
          const { id, topic, params } = message;
          // Phoenix ends the first join of a channel for a second one on the same socket.
          if (joins.has(topic)) return refusal(id, 'ALREADY_JOINED');
          joins.set(topic, `${id}`);
          return write(`${id}`, topic, 'phx_join', params);
        }
        case 'unsubscribe': {
          const { id, topic } = message;
          if (joins.get(topic) !== `${id}`) return undefined;
          const frame = write(ownRef(), topic, 'phx_leave');
          joins.delete(topic);
          return frame;
        }
        case 'ping':
          return write((beating = ownRef()), 'phoenix', 'heartbeat');
        default:
          return undefined;
      }
    },
    decode(frame) {
      try {
        return read(readPhoenixFrame(frame));
      } catch (problem) {
        return { kind: 'malformed', error: new MalformedMessageError('in', (problem as Error).message) };
      }
    },
  };
}

/**
 * Phoenix channels, in the second version of their serializer: for gateways in Elixir, and those that speak like them.
 *
 * A topic is a channel: `topic('room:lobby', params)` joins it, with `params` as the join's payload, and emits its events as
 * `{ event, payload }`. The first one of each join is `phx_join` with the reply to it, so that a subscriber sees each reconnect; a channel
 * that refuses the join, or crashes later, errors the topic with `SubscriptionRejectedError` (a crash is retryable). Unsubscribing leaves the channel. Phoenix
 * has one join per channel and socket: a second topic of the same name with other parameters is refused as `ALREADY_JOINED`.
 *
 * A request is a push: `request('room:lobby new_msg', data)` names the channel and, after a space, the event. It gives the reply's
 * `response`, and fails with its `reason` as code where the status is not `ok`; a channel that is not joined fails with `NOT_JOINED`.
 * `send` pushes without waiting. Payloads are objects, or a `Uint8Array`, which goes in a binary frame.
 *
 * Heartbeats are those of Phoenix, by default every 30 s. `/websocket` and `vsn=2.0.0` are added to the url. Replies cannot be cancelled,
 * and there are no streams. `phoenixPresence` makes a list of the presence events.
 *
 * ```ts
 * const session$ = connect({ url: 'wss://gw.example/socket', protocol: phoenix() }).pipe(heartbeat(), retryBackoff(), shareSession());
 * session$.pipe(topic<PhoenixEvent>('room:{id}', { id: 'lobby' }), filter(({ event }) => event === 'new_msg'));
 * session$.pipe(request('room:lobby new_msg', { body: 'hi' }));
 * ```
 */
export function phoenix(): Protocol {
  return {
    name: 'phoenix',
    heartbeat: { mode: 'message', interval: 30_000, timeout: 10_000 },
    url(given) {
      const url = new URL(given);
      if (!url.pathname.endsWith('/websocket')) url.pathname = `${url.pathname.replace(/\/$/, '')}/websocket`;
      if (!url.searchParams.has('vsn')) url.searchParams.set('vsn', '2.0.0');
      return url.href;
    },
    client: createCodec,
  };
}
