import { MalformedMessageError } from '../errors/gatewayErrors.js';
import { checkFlag, checkObject, checkThat } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import { isText } from './fields.js';
import type { Message } from './message.js';
import { type PhoenixFrame, readPhoenixFrame, writePhoenixFrame } from './phoenixFrame.js';
import type { Codec, Frame, Protocol } from './protocol.js';

/** What `topic()` emits: an event of the channel. A payload in binary is a `Uint8Array`. */
export interface PhoenixEvent {
  readonly event: string;
  readonly payload: unknown;
}

/** Options of {@link phoenix}. */
export interface PhoenixOptions {
  /** Whether each join is told as an event `phx_join`, with the reply to it. Default `true`. */
  readonly joinEvents?: boolean | undefined;
}

/** A reply says what it is of itself: the answer of a channel's `handle_in`, or of its `join`. */
interface Answer {
  readonly status?: unknown;
  readonly response?: unknown;
}

const checkPayload = (data: unknown): PhoenixFrame[4] =>
  data instanceof Uint8Array ? data : checkObject('phoenix', 'data', (data ?? {}) as PhoenixFrame[4]);

const notification = (topic: string, event: string, payload: unknown): Message => {
  const data: PhoenixEvent = { event, payload };
  return { kind: 'notification', topic, data };
};

function createCodec(joinEvents: boolean): Codec {
  /** The refs of the joins that hold, by channel: what the gateway sends of an earlier one comes late. */
  const joins = new Map<string, string>();
  /** Refs that are not ids of the session's: of pushes that nobody waits for. */
  let lastOwn = 0;
  let beating: string | undefined;

  const write = (ref: string | undefined, topic: string, event: string, data?: unknown): Frame =>
    writePhoenixFrame([joins.get(topic) ?? null, ref ?? `own${++lastOwn}`, topic, event, checkPayload(data)]);

  const read = (frame: PhoenixFrame): Message | readonly Message[] => {
    const [joinRef, ref, topic, event, payload] = frame;
    const join = joins.get(topic);
    const isLate = joinRef !== null && joinRef !== join;
    if (event === 'phx_reply') {
      const { status, response } = payload as Answer;
      if (ref === beating) return { kind: 'pong' };
      const id = Number(ref ?? NaN);
      const isOk = status === 'ok';
      const { reason = status } = (response ?? {}) as { readonly reason?: unknown };
      const failed = { id, code: reason as string, data: response };
      // Nobody waits for the answer to a leave or a send; that one failed is for who listens.
      if (Number.isNaN(id) || !isText(reason)) return isOk && ref ? [] : { kind: 'other', body: frame };
      if (join !== ref) return isOk ? { kind: 'reply', id, data: response, last: true } : { kind: 'failure', ...failed };
      const confirmation = { kind: 'confirmation', id, topic } as const;
      if (isOk) return joinEvents ? [confirmation, notification(topic, 'phx_join', response)] : confirmation;
      joins.delete(topic);
      return { kind: 'refusal', ...failed };
    }
    const isEnd = event === 'phx_close';
    if (!isEnd && event !== 'phx_error') return isLate ? { kind: 'other', body: frame } : notification(topic, event, payload);
    // The end of a channel that was left is no news.
    if (isLate || !joins.delete(topic)) return [];
    return isEnd ? { kind: 'ended', topic } : { kind: 'refusal', id: Number(join), code: event, data: payload, retryable: true };
  };

  return {
    encode(message) {
      switch (message.kind) {
        case 'request':
        case 'send': {
          const { kind, command, data } = message;
          const [, topic = '', event = ''] = /^(.+) (.*)$/s.exec(command) ?? [];
          checkThat('phoenix', 'command', command, 'a channel and an event, as "room:lobby new_msg"', topic !== '');
          return write(kind === 'request' ? `${message.id}` : undefined, topic, event, data);
        }
        case 'subscribe': {
          const { id, topic, params } = message;
          // Phoenix ends the first join of a channel for a second one on the same socket.
          if (joins.has(topic)) return { frames: [], answers: [{ kind: 'refusal', id, code: 'ALREADY_JOINED' }] };
          joins.set(topic, `${id}`);
          return write(`${id}`, topic, 'phx_join', params);
        }
        case 'unsubscribe': {
          const { id, topic } = message;
          if (joins.get(topic) !== `${id}`) return undefined;
          const frame = write(undefined, topic, 'phx_leave');
          joins.delete(topic);
          return frame;
        }
        case 'ping':
          return write((beating = `beat${++lastOwn}`), 'phoenix', 'heartbeat');
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
 * `{ event, payload }`. The first one of each join is `phx_join` with the reply to it, so that a subscriber sees each reconnect (not with
 * `joinEvents: false`); a channel
 * that refuses the join, or crashes later, errors the topic with `SubscriptionRejectedError` (a crash is retryable). Unsubscribing leaves the channel. Phoenix
 * has one join per channel and socket: a second topic of the same name with other parameters is refused as `ALREADY_JOINED`.
 *
 * A request is a push: `request('room:lobby new_msg', data)` names the channel and, after a space, the event. It gives the reply's
 * `response`, and fails with its `reason` as code where the status is not `ok`; to a channel that is not joined, Phoenix answers
 * `unmatched topic`.
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
export function phoenix(options: PhoenixOptions = {}): Protocol {
  const { joinEvents } = readOptions('phoenix', options, { joinEvents: [checkFlag, true] });
  return {
    name: 'phoenix',
    heartbeat: { mode: 'message', interval: 30_000, timeout: 10_000 },
    url(given) {
      const [path = '', ...rest] = given.split('?');
      const query = rest.join('?');
      const version = /(^|&)vsn=/.test(query) ? '' : `${query && '&'}vsn=2.0.0`;
      return `${path.replace(/(\/websocket)?\/?$/, '/websocket')}?${query}${version}`;
    },
    client: () => createCodec(joinEvents),
  };
}
