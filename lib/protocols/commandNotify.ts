import { checkObject, checkThat, isToken } from '../options/check.js';
import { isBatch, maxCharacters } from './isBatch.js';
import { isJsonObject, jsonReader } from './jsonReader.js';
import { malformed, notAnObject } from './malformed.js';
import type { Message, MessageKind } from './message.js';
import type { Codec, Protocol } from './protocol.js';
import { readCommandNotify } from './readCommandNotify.js';
import { writeCommandNotify } from './writeCommandNotify.js';

/** Options of {@link commandNotify}. */
export interface CommandNotifyOptions {
  /** Offered in the upgrade as `Sec-WebSocket-Protocol`. Default: none, since the gateways that it was made for know none. */
  readonly subprotocol?: string | undefined;
}

/** What a batch has at most in UTF-8. Who takes less at once does not ask for batches. */
const fullBatch = 3 * maxCharacters;

/** When a side says that it reads batches: with the first frame that may say so, with the next after it was told the same, or never. */
type Telling = 'first' | 'told' | false;

/** The kinds whose frames may say so: each side begins with one of these. */
const tellers: readonly MessageKind[] = ['request', 'reply', 'subscribe', 'confirmation'];

const join = (frames: readonly string[]): string => `[${frames.join()}]`;

/** One codec serves both sides. Which ids are ours follows from the message: see docs/PROTOCOL.md. */
function createCodec(telling: Telling): Codec {
  const read = jsonReader((value) => value);
  let pong = 'PONG';
  /** The cases of the pings of one frame, in which their answers are written. */
  const pongs: string[] = [];
  /** Whether the next frame that may say so is to say that batches are read here. */
  let untold = telling === 'first';
  const take = (value: unknown): Message => {
    try {
      if (!isJsonObject(value)) return notAnObject(value);
      const message = readCommandNotify(value);
      if (message.kind === 'ping') pongs.push((pong = value.type === 'ping' ? 'pong' : 'PONG'));
      // Of all that comes, notifications are the most: a look at a field that is not there is not for nothing.
      if (message.kind !== 'notification' && value.batches === true && !codec.join) {
        codec.join = join;
        untold ||= telling === 'told';
      }
      return message;
    } catch (problem) {
      // What is not thrown by our readers is an overflow of the stack, by params that are nested some thousand deep.
      return malformed((problem as Error).message);
    }
  };
  const codec: { -readonly [K in keyof Codec]: Codec[K] } = {
    join: undefined,
    encode(message) {
      const { kind } = message;
      const frame = writeCommandNotify(message, (kind === 'pong' && pongs.shift()) || pong);
      if (!untold || !tellers.includes(kind)) return frame;
      untold = false;
      return `${(frame as string).slice(0, -1)},"batches":true}`;
    },
    decode(frame) {
      const value = read(frame);
      // To set the length of a list costs more than all of the look at a frame, also where it is that already.
      if (pongs.length > 0) pongs.length = 0;
      return isBatch(value) ? value.map(take) : take(value);
    },
  };
  return codec;
}

/**
 * The native protocol: JSON text frames for commands with replies and for notifications by topic, with streaming replies, cancelling,
 * confirmed subscriptions, positions and heartbeats. `docs/PROTOCOL.md` shows every frame. The client's codec and the server's are
 * the same, but that the server's says with its first answer that it reads batches, and the client's after it was told so. What one turn
 * sends to who said that on the same session leaves as few frames; to any other, one by one.
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
  const { subprotocol } = checkObject('commandNotify', 'options', options);
  const fits = subprotocol === undefined || isToken(subprotocol);
  checkThat('commandNotify', 'subprotocol', subprotocol, 'a token of HTTP: no spaces, separators or accents', fits);
  return {
    name: 'commandNotify',
    ...(subprotocol !== undefined && { subprotocols: [subprotocol] }),
    heartbeat: { mode: 'message' },
    shared: ['notification', 'send'],
    client: (_resume, maxPayload = Infinity) => createCodec(maxPayload >= fullBatch && 'told'),
    server: (maxPayload = 0) => createCodec(maxPayload >= fullBatch && 'first'),
  };
}
