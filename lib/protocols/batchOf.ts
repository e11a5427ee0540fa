import { MalformedMessageError } from '../errors/gatewayErrors.js';
import type { Message } from './message.js';

/** The most items of a list that is read: what is wrong in each may have to be answered, and a frame may have half a million. */
const maxItems = 1_000;

const malformed = (text: string): Message => ({ kind: 'malformed', error: new MalformedMessageError('in', text) });

/** What an item, or a frame, is that is no JSON object. One for all: an error each, with its stack, would cost far more than what asks for it. */
export const notAnObject = /* @__PURE__ */ malformed('A frame is not a JSON object');

/** The items of a frame that is a list; the message for a list of too many; nothing for any other frame, and for an empty list. */
export const batchOf = (value: unknown): readonly unknown[] | Message | undefined =>
  Array.isArray(value) && value.length > 0
    ? value.length > maxItems
      ? malformed(`A list has more than ${maxItems} items`)
      : (value as readonly unknown[])
    : undefined;
