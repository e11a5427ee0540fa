import { amount, anything, type Field, flag, idField, positionField, text } from './fields.js';
import type { MessageKind } from './message.js';

/** An id that the reader of the frame is to echo. */
export const id = idField('id', true);
/** An id that the reader made: it counts with integers, and the wire has them as strings. */
export const ownId = idField('id', true);
export const code = idField('code');
export const command = text('command', true);
export const topic = text('topic', true);
export const key = text('key');
export const stream = flag('stream');
export const more = flag('more');
export const position = positionField('position');

const data = anything('data');
const refusal = [ownId, code, text('error'), data];
const timestamp = amount('timestamp');

/**
 * The frames that come seldom: type, kind of the message, fields in the order in which they are written. Of two types for one kind the first
 * is written. Commands, replies and notifications are read and written by hand.
 */
export const frames: readonly (readonly [type: string, kind: MessageKind, ...fields: Field[]])[] = [
  ['ERROR', 'failure', ...refusal, amount('retryAfter')],
  ['CANCEL', 'cancel', id],
  ['SUBSCRIBE', 'subscribe', id, topic, anything('params'), positionField('since')],
  ['ACK', 'confirmation', ownId, topic, position, flag('recovered')],
  ['NACK', 'refusal', ...refusal, flag('retryable')],
  ['UNSUBSCRIBE', 'unsubscribe', id, topic],
  ['ENDED', 'ended', topic],
  ['ping', 'ping', timestamp],
  ['PING', 'ping', timestamp],
  ['pong', 'pong', timestamp],
  ['PONG', 'pong', timestamp],
];

/** What a field of a frame is called in its message. */
export const inMessage = (name: string): string => (name === 'error' ? 'message' : name);
