import type { Message, MessageKind } from '../../protocols/message.js';
import { show } from './expectSame.js';

type Rule = readonly [field: string, fits: (value: unknown) => boolean, rule: string];

const isText = (value: unknown): boolean => typeof value === 'string';
const isAbsent = (value: unknown): boolean => value === undefined;
const isPosition = (value: unknown): boolean => {
  const { epoch, offset } = (value ?? {}) as { readonly epoch?: unknown; readonly offset?: unknown };
  return isText(epoch) && Number.isSafeInteger(offset);
};
const isMalformed = (value: unknown): boolean => {
  const { kind, direction } = (value ?? {}) as { readonly kind?: unknown; readonly direction?: unknown };
  return kind === 'malformedMessage' && direction === 'in';
};

const text = (field: string): Rule => [field, isText, 'a string'];
const flag = (field: string): Rule => [field, (value) => typeof value === 'boolean', 'true or false'];
const idOrCode = (field: string): Rule => [field, (value) => isText(value) || Number.isFinite(value), 'a string or a number'];
const duration = (field: string): Rule => [field, (value) => Number.isFinite(value), 'a number'];
const position = (field: string): Rule => [field, isPosition, '{ epoch: a string, offset: a whole number }'];
const optional = ([field, fits, rule]: Rule): Rule => [field, (value) => isAbsent(value) || fits(value), `${rule}, or left out`];

const id = idOrCode('id');
const refusal = [id, idOrCode('code'), optional(text('message'))];

const rules: Readonly<Record<MessageKind, readonly Rule[]>> = {
  request: [id, text('command'), optional(flag('stream')), optional(text('key'))],
  send: [text('command')],
  cancel: [id],
  reply: [id, flag('last')],
  failure: [...refusal, optional(duration('retryAfter'))],
  subscribe: [id, text('key'), text('topic'), optional(position('since'))],
  confirmation: [id, text('topic'), optional(position('position')), optional(flag('recovered'))],
  refusal: [...refusal, optional(flag('retryable'))],
  unsubscribe: [id, text('topic')],
  notification: [text('topic'), optional(position('position'))],
  ended: [text('topic')],
  closed: [text('reason'), optional(flag('retryable'))],
  ping: [optional(duration('timestamp'))],
  pong: [optional(duration('timestamp'))],
  other: [],
  malformed: [['error', isMalformed, "a MalformedMessageError of direction 'in'"]],
};

/** What is wrong with a message that a codec made; `undefined` if it is one of the union. */
export function messageFault(message: unknown): string | undefined {
  const { kind } = (message ?? {}) as Partial<Message>;
  if (kind === undefined || !Object.hasOwn(rules, kind)) return `${show(message)} is no message: its kind is none of the union`;
  const fields = message as Readonly<Record<string, unknown>>;
  const broken = rules[kind].find(([field, fits]) => !fits(fields[field]));
  return broken && `the ${broken[0]} of a ${kind} must be ${broken[2]}, and is ${show(fields[broken[0]])}`;
}
