import type { Codec, Message } from 'rxgate/protocols';

/** The frames that a codec makes of a message, parsed. */
export const written = (codec: Codec, message: Message): unknown => {
  const frame = codec.encode(message);
  return typeof frame === 'string' ? JSON.parse(frame) : frame;
};

/** What a codec reads of a frame. Fields that are undefined are left out. */
export const read = (codec: Codec, body: unknown): unknown => {
  const messages = codec.decode(typeof body === 'string' ? body : JSON.stringify(body));
  const bare = ({ ...message }: Message) => {
    if (message.kind === 'malformed') return { kind: message.kind, message: message.error.message };
    return Object.fromEntries(Object.entries(message).filter(([, value]) => value !== undefined));
  };
  return 'kind' in messages ? bare(messages) : messages.map(bare);
};

/** What a codec wants said of its own accord, parsed; taken out, as a session does. */
export const owed = ({ owed: frames = [] }: Codec): unknown[] =>
  frames.splice(0).map((frame): unknown => JSON.parse(String(frame)));
