import { checkCount, checkDuration, checkFlag, checkName } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import type { Protocol } from './protocol.js';
import { stompCodec } from './stompCodec.js';

/**
 * Data with `envelope: true`: the headers of a message beside its body, in both directions. In what is sent, both may be left out, and headers
 * may be numbers and flags as well; those that STOMP and the adapter need go before them.
 */
export interface StompMessage<T = unknown> {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: T;
}

/** Options of {@link stomp}. */
export interface StompOptions {
  /**
   * Whether data is a {@link StompMessage} in both directions: the headers beside the body, of notifications, requests, replies and sends.
   * Needed to acknowledge messages. Default `false`: data is the body.
   */
  readonly envelope?: boolean | undefined;
  /** How often we can send a beat, in ms; 0: never. Default 10 000. What is agreed on is the slower of this and what the broker wants. */
  readonly heartbeatOutgoing?: number | undefined;
  /** How often the broker is to send one, in ms; 0: never. Default 10 000. */
  readonly heartbeatIncoming?: number | undefined;
  /** Where the replies to our requests go: a queue that the broker keeps for this connection alone. Default `'/temp-queue/rxgate'`. */
  readonly replyTo?: string | undefined;
  /** How many bytes of an incomplete frame are kept. A longer frame is malformed. Default 16 MiB. */
  readonly maxFrame?: number | undefined;
}

/**
 * STOMP 1.2 over WebSocket, as RabbitMQ (`web_stomp`) and ActiveMQ speak it; the subprotocol is `v12.stomp`. `docs/protocols.md` shows what
 * becomes of each operator on the wire.
 *
 * The greeting is CONNECT with `connect`'s `credentials`, {@link StompCredentials}; a broker that refuses it makes the attempt fail with
 * `AuthenticationError`, whose `cause` is the ERROR. `session.opened.greeting` are the headers of CONNECTED.
 *
 * A topic is a SUBSCRIBE, its params are further headers, and a RECEIPT confirms it. A request is a SEND with a `reply-to`; before a
 * destination, `SEND ` asks for a RECEIPT in place of a reply. Commands such as `ACK` have the headers as data. Data is the body: JSON, a
 * string or bytes, by its content type.
 *
 * Beats are agreed on with the broker, and sent by `heartbeat()`: leave its options to that, and give `heartbeatOutgoing: 0` where that
 * stage is left out, for the broker would hang up. Leaving sends DISCONNECT.
 *
 * @throws TypeError or RangeError if an option is not what it must be.
 *
 * @example
 * const session$ = connect({ url: 'wss://broker.example/ws', protocol: stomp(), credentials: { login, passcode } });
 */
export function stomp(options: StompOptions = {}): Protocol {
  const settings = readOptions('stomp', options, {
    envelope: [checkFlag, false],
    heartbeatOutgoing: [checkDuration, 10_000],
    heartbeatIncoming: [checkDuration, 10_000],
    replyTo: [checkName, '/temp-queue/rxgate'],
    maxFrame: [checkCount, 2 ** 24, { min: 1 }],
  });
  return { name: 'stomp', subprotocols: ['v12.stomp'], client: (resume) => stompCodec(settings, resume as number | undefined) };
}
