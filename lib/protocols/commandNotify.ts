import { MalformedMessageError } from '../errors/gatewayErrors.js';
import { checkThat, isToken } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import { jsonReader } from './jsonReader.js';
import type { Codec, Protocol } from './protocol.js';
import { readCommandNotify } from './readCommandNotify.js';
import { writeCommandNotify } from './writeCommandNotify.js';

/** Options of {@link commandNotify}. */
export interface CommandNotifyOptions {
  /** Offered in the upgrade as `Sec-WebSocket-Protocol`. Default: none, since the gateways that it was made for know none. */
  readonly subprotocol?: string | undefined;
}

const checkSubprotocol = (owner: string, name: string, value: string): string =>
  checkThat(owner, name, value, 'a token of HTTP: no spaces, separators or accents', isToken(value));

/** One codec serves both sides. Which ids are ours follows from the message: see docs/PROTOCOL.md. */
function createCodec(): Codec {
  const read = jsonReader();
  let pong = 'PONG';
  return {
    encode: (message) => writeCommandNotify(message, pong),
    decode(frame) {
      try {
        const body = read(frame);
        const message = readCommandNotify(body);
        if (message.kind === 'ping') pong = body.type === 'ping' ? 'pong' : 'PONG';
        return message;
      } catch (problem) {
        // What is not thrown by our readers is an overflow of the stack, by params that are nested some thousand deep.
        return { kind: 'malformed', error: new MalformedMessageError('in', (problem as Error).message) };
      }
    },
  };
}

/**
 * The native protocol: JSON text frames for commands with replies and for notifications by topic, with streaming replies, cancelling,
 * confirmed subscriptions, positions and heartbeats. `docs/PROTOCOL.md` shows every frame. The client's codec and the server's are
 * the same.
 *
 * Our own ids are integers to the session and decimal strings on the wire; replies to them come back as integers. Ids of the other
 * side's requests are echoed exactly as they came. A ping is answered in the case in which it was asked, `pong` or `PONG`. Binary
 * frames are read if they hold UTF-8 JSON. What cannot be read becomes a message of kind `malformed`; its error names the field
 * that is wrong and does not quote the frame.
 *
 * Its heartbeats are messages, so that they work in a browser. There is no greeting: a session is open with its socket.
 *
 * ```ts
 * const session$ = connect({ url: 'wss://gw.example/ws', protocol: commandNotify() });
 * ```
 *
 * @throws TypeError if the options are no object, or `subprotocol` is no name that an upgrade can carry.
 */
export function commandNotify(options: CommandNotifyOptions = {}): Protocol {
  const { subprotocol } = readOptions('commandNotify', options, { subprotocol: [checkSubprotocol] });
  return {
    name: 'commandNotify',
    ...(subprotocol !== undefined && { subprotocols: [subprotocol] }),
    heartbeat: { mode: 'message' },
    shared: ['notification', 'send'],
    client: createCodec,
    server: createCodec,
  };
}
