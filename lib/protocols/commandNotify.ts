import { checkThat, isToken } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import { isBatch } from './isBatch.js';
import { isJsonObject, jsonReader } from './jsonReader.js';
import { malformed, notAnObject } from './malformed.js';
import type { Message } from './message.js';
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

/** The most characters of a batch: the other side has something to do while the next one is made. docs/PROTOCOL.md promises it. */
const fullBatch = 16_384;
/** What they are at most in UTF-8: a server that takes less at once does not ask for batches. */
const fullBatchBytes = 3 * fullBatch;

/** One codec serves both sides. Which ids are ours follows from the message: see docs/PROTOCOL.md. */
function createCodec(announces: boolean): Codec {
  const read = jsonReader((value) => value);
  let pong = 'PONG';
  /** The cases of the pings of one frame, in which their answers are written. */
  const pongs: string[] = [];
  /** Whether the other side has yet to be told that batches are read here. */
  let untold = announces;
  let readsBatches = false;
  /** The subscribes that are to go out together, while some are. */
  let held: string[] | undefined;
  let size = 0;
  const batch = (): readonly string[] => {
    const frames = held?.splice(0) ?? [];
    size = 0;
    // One alone is not made longer than it was.
    return frames.length > 1 ? [`[${frames.join()}]`] : frames;
  };
  const take = (value: unknown): Message => {
    try {
      if (!isJsonObject(value)) return notAnObject(value);
      const message = readCommandNotify(value);
      if (message.kind === 'ping') pongs.push((pong = value.type === 'ping' ? 'pong' : 'PONG'));
      readsBatches ||= value.batches === true;
      return message;
    } catch (problem) {
      // What is not thrown by our readers is an overflow of the stack, by params that are nested some thousand deep.
      return malformed((problem as Error).message);
    }
  };
  return {
    encode(message) {
      const { kind } = message;
      const frame = writeCommandNotify(message, (kind === 'pong' && pongs.shift()) || pong);
      if (untold && (kind === 'reply' || kind === 'confirmation')) {
        untold = false;
        return `${(frame as string).slice(0, -1)},"batches":true}`;
      }
      if (!held || !frame) return frame;
      // Nothing overtakes what is held.
      if (kind !== 'subscribe') return [...batch(), frame];
      // Each has a comma or a bracket after it, and one bracket is before them all.
      const full = size + frame.length + 2 > fullBatch ? batch() : undefined;
      size += frame.length + 1;
      held.push(frame);
      return full;
    },
    decode(frame) {
      const value = read(frame);
      pongs.length = 0;
      return isBatch(value) ? value.map(take) : take(value);
    },
    gather(run) {
      if (readsBatches) held = [];
      try {
        run();
        return batch();
      } finally {
        held = undefined;
      }
    },
  };
}

/**
 * The native protocol: JSON text frames for commands with replies and for notifications by topic, with streaming replies, cancelling,
 * confirmed subscriptions, positions and heartbeats. `docs/PROTOCOL.md` shows every frame. The client's codec and the server's are
 * the same, but that the server's says with its first answer that it reads batches. A client that was told so on the same session, as in the
 * reply to its login, asks for the topics of a resumption in frames of some hundred subscribes each; without such an answer, one by one.
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
    client: () => createCodec(false),
    server: (maxPayload = 0) => createCodec(maxPayload >= fullBatchBytes),
  };
}
