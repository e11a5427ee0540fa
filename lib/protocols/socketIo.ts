import { checkCount, checkFlag, checkFunction, checkThat } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import { isText } from './fields.js';
import type { Protocol } from './protocol.js';
import { socketIoCodec } from './socketIoCodec.js';
import type { SocketIoTopics } from './socketIoTopics.js';

/** An error reply: what a request fails with, or the refusal of a topic. */
export interface SocketIoFailure {
  readonly code: string | number;
  readonly message?: string | undefined;
  readonly data?: unknown;
}

/** Options of {@link socketIo}. */
export interface SocketIoOptions {
  /** The namespace of the session. Default `'/'`. */
  readonly namespace?: string | undefined;
  /** How the gateway is asked for topics. Default: it is not, and a topic is the name of an event. */
  readonly topics?: SocketIoTopics | undefined;
  /**
   * Whether an ack is an error reply: is given its arguments. Default: one whose first argument is `{ error: { code, message?, data? } }`,
   * with a string or a number as code. Does not throw.
   */
  readonly failure?: ((...args: readonly unknown[]) => SocketIoFailure | undefined) | undefined;
  /**
   * `true`: data is the list of the arguments, in both directions. `false`: what is sent has its data as the one argument, or none for
   * `undefined`; what comes with several has their list as its data. Default `false`.
   */
  readonly argumentLists?: boolean | undefined;
  /**
   * Whether a session goes on where the last one ended, if the gateway can do that. It then puts a string behind the arguments of an
   * event, which is no data: a volatile event lacks it, and must not end in a string of its own. Default `true`.
   */
  readonly recovery?: boolean | undefined;
  /** How many attachments a packet may have, in either direction. Default 10, as Socket.IO has it. */
  readonly maxAttachments?: number | undefined;
}

/**
 * Socket.IO 5 on Engine.IO 4, over WebSocket alone: for servers of `socket.io` 3 and 4. `docs/protocols.md` shows what becomes of each operator
 * on the wire.
 *
 * The url is that of the server, `wss://gw.example`; a path is that of Engine.IO, by default `/socket.io/`, never a namespace. `EIO=4` and
 * `transport=websocket` are added to its query.
 *
 * The greeting connects the namespace, with `connect`'s `credentials` (an object, or nothing) as `auth`. A refusal makes the attempt fail with
 * `AuthenticationError`, with the gateway's message, and message and data as its `cause`. `session.opened.greeting` is `{ sid, recovered }`.
 *
 * `request` emits an event with an ack, whose argument is the reply, `send` one without. A topic is the name of an event, and asks for
 * nothing; `topics` says how to join rooms. Events that want an ack are requests of the gateway, for `commands`. Bytes may be anywhere in the data.
 *
 * The gateway pings: `heartbeat()` watches it, for as long as it said in its greeting. After a cut the next session is recovered, if the gateway has
 * that switched on: topics then get what they missed, unless an `authenticate` stage holds the session back. A gateway that disconnects the client does not want it back: that is final.
 *
 * There are no streams, nothing to cancel a request with, and no place for the key of an idempotent one.
 *
 * @throws TypeError or RangeError if an option is not what it must be.
 *
 * @example
 * const protocol = socketIo({ namespace: '/streaming', topics: { subscribe: 'join', unsubscribe: 'leave' } });
 * const session$ = connect({ url: 'wss://gw.example', protocol, credentials: () => ({ token: getToken() }) }).pipe(
 *   heartbeat(),
 *   retryBackoff(),
 *   shareSession(),
 * );
 */
export function socketIo(options: SocketIoOptions = {}): Protocol {
  const settings = readOptions('socketIo', options, {
    namespace: [checkNamespace, '/'],
    topics: [checkTopics],
    failure: [checkFunction],
    argumentLists: [checkFlag, false],
    recovery: [checkFlag, true],
    maxAttachments: [checkCount, 10],
  });
  return {
    name: 'socketIo',
    heartbeat: { mode: 'peer' },
    url(given) {
      const url = new URL(given);
      url.pathname = url.pathname.replace(/^\/$/, '/socket.io').replace(/\/?$/, '/');
      url.searchParams.set('EIO', '4');
      url.searchParams.set('transport', 'websocket');
      return url.href;
    },
    client: (resume) => socketIoCodec(settings, resume as never),
  };
}

function checkNamespace(owner: string, name: string, value: string): string {
  return checkThat(owner, name, value, 'a name such as "/chat"', /^\/[^,]*$/.test(value));
}

function checkTopics(owner: string, name: string, value: SocketIoTopics): SocketIoTopics {
  return readOptions(`${owner}.${name}`, value, {
    subscribe: [checkAsk],
    unsubscribe: [checkAsk],
    notification: [checkFunction],
  });
}

function checkAsk<T>(owner: string, name: string, value: T): T {
  return checkThat(owner, name, value, 'a name or a function', typeof value === 'function' || (isText(value) && value !== ''));
}
