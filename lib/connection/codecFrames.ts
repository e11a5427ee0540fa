import { MalformedMessageError } from '../errors/gatewayErrors.js';
import type { Message } from '../protocols/message.js';
import type { Codec, Encoded, Frame } from '../protocols/protocol.js';

/** What an event or an error says a message is about. */
export const nameOf = (message: Message): string | undefined => {
  const { command, topic } = message as { readonly command?: string; readonly topic?: string };
  return command ?? topic;
};

const isFrame = (value: unknown): value is Frame => typeof value === 'string' || value instanceof Uint8Array;

/** The frames of a message, with the answers that come of them if there are any; what cannot be encoded is the sender's error. */
export function encodeMessage(codec: Codec, message: Message): readonly Frame[] | Encoded {
  try {
    const encoded = codec.encode(message);
    // Nearly all are: nothing more is made for them.
    if (typeof encoded === 'string') return [encoded];
    if (!encoded) return [];
    const { answers, frames = encoded } = encoded as Partial<Encoded>;
    const all = [frames].flat() as Frame[];
    // A socket that throws on a frame would be left half dead by WebSocketSubject.
    if (!all.every(isFrame)) throw new TypeError('The codec gave no string and no bytes');
    return answers ? { frames: all, answers } : all;
  } catch (cause) {
    throw new MalformedMessageError('out', `The data of "${nameOf(message) ?? message.kind}" cannot be encoded`, { cause });
  }
}

/** The frames, without the answers. */
export const framesOf = (encoded: readonly Frame[] | Encoded): readonly Frame[] =>
  'frames' in encoded ? encoded.frames : encoded;

/** The messages of a frame; a codec that throws against its contract costs that frame only. */
export function decodeFrame(codec: Codec, frame: Frame): Message | readonly Message[] {
  try {
    return codec.decode(frame);
  } catch (cause) {
    return { kind: 'malformed', error: new MalformedMessageError('in', 'The codec failed on a frame', { cause }) };
  }
}
