import type { Message, MessageId } from '../../protocols/message.js';
import type { Codec, Encoded, Frame } from '../../protocols/protocol.js';
import { show, showFrame } from './expectSame.js';
import { messageFault } from './messageFault.js';

/** Kinds that answer what this side asked. */
const answering: ReadonlySet<string> = new Set(['reply', 'failure', 'confirmation', 'refusal']);

/** An error may have words of the protocol in common with a frame, which are short; what is longer was quoted. */
const longestWord = 8;
const excerpt = 40;

/**
 * The codec, watched: whatever in it is against the contract of `Codec` goes to `fault`. It does what the codec does, also where the codec
 * throws, since the session has to bear that.
 */
export function checkedCodec(codec: Codec, fault: (text: string) => void): Codec {
  const asked = new Set<MessageId>();
  const check = (message: Message, frame?: Frame): void => {
    const problem = messageFault(message);
    if (problem !== undefined) fault(`decode gave what is no message: ${problem}`);
    else if (message.kind === 'malformed') {
      if (typeof frame === 'string' && frame.length > longestWord && message.error.message.includes(frame.slice(0, excerpt)))
        fault(`the error of a malformed frame quotes it: "${message.error.message}"`);
    } else if (answering.has(message.kind)) {
      const { id } = message as { readonly id: MessageId };
      if (typeof id === 'string' && asked.has(Number(id)))
        fault(`a ${message.kind} has the id ${show(id)}: it was asked with the number, and is to come back as one`);
    }
  };
  // What the codec has beside these two shows through.
  return Object.create(codec, {
    encode: {
      value: (message: Message): ReturnType<Codec['encode']> => {
        if (message.kind === 'request' || message.kind === 'subscribe') asked.add(message.id);
        const encoded = codec.encode(message);
        const { answers = [] } = (encoded ?? {}) as Partial<Encoded>;
        for (const answer of answers) check(answer);
        return encoded;
      },
    },
    decode: {
      value: (frame: Frame): ReturnType<Codec['decode']> => {
        try {
          const decoded = codec.decode(frame);
          for (const message of [decoded].flat()) check(message, frame);
          return decoded;
        } catch (error) {
          fault(`decode threw ${show(error)} on the frame ${showFrame(frame)}: it is to give a message of kind malformed`);
          throw error;
        }
      },
    },
  }) as Codec;
}
