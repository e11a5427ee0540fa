import { MalformedMessageError } from '../errors/gatewayErrors.js';
import type { MalformedMessage } from './message.js';
import { maxItems } from './isBatch.js';

/** What a frame, or an item of one, is that cannot be read. */
export const malformed = (text: string): MalformedMessage => ({
  kind: 'malformed',
  error: new MalformedMessageError('in', text),
});

// One each for all: an error with a stack for every bad item would cost far more than it costs to send them.
const noObject = /* @__PURE__ */ malformed('A frame is not a JSON object');
const tooLong = /* @__PURE__ */ malformed('A list has more than 1,000 items');

/** What a value is that is no object, and no batch. */
export const notAnObject = (value: unknown): MalformedMessage =>
  Array.isArray(value) && value.length > maxItems ? tooLong : noObject;
