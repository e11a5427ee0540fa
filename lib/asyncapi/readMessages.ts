import { AsyncApiError } from '../errors/asyncApiError.js';
import { type DocumentNode, fieldsOf, itemsOf, member, resolved, textOf, trailOf, unescaped } from './documentNode.js';

/** A message of a document. */
export interface MessageNode {
  readonly name: string;
  /** Its schema; without a value where it has none. */
  readonly payload: DocumentNode;
  /** What answers it, by FastWS's `x-response`. */
  readonly response: MessageNode | undefined;
  readonly description: string | undefined;
  readonly pointer: string;
}

const lastKey = (pointer: string): string => unescaped(pointer.split('/').at(-1) ?? '');

const readable = /^application\/(?:vnd\.aai\.asyncapi(?:\+(?:json|yaml))?(?:;.*)?|schema\+(?:json|yaml)(?:;.*)?)$/;

/** The schema itself: version 3 may wrap it together with its format. */
function payloadOf(message: DocumentNode): DocumentNode {
  const payload = member(message, 'payload');
  const wrapped = member(payload, 'schemaFormat').value !== undefined && member(payload, 'schema').value !== undefined;
  const format = member(wrapped ? payload : message, 'schemaFormat');
  const text = textOf(format);
  if (text !== undefined && !readable.test(text))
    throw new AsyncApiError(format.pointer, `schemas of the format "${text}" are not read: only JSON Schema`);
  return wrapped ? member(payload, 'schema') : payload;
}

/** Whether the last key of a pointer is a name that somebody gave, and not the place in a list or a word. */
const isNamed = (pointer: string): boolean => /\/messages\/[^/]*[^/\d][^/]*$/.test(pointer);

/**
 * A message, by reference or as it stands. It is called by its name, else by the first key on the way to it: that of its channel goes before that of
 * the components. With `keyFirst` by its key, where it has one: FastWS gives request and reply the same `name`.
 */
export function readMessage(root: DocumentNode, given: DocumentNode, keyFirst: boolean): MessageNode {
  const trail = trailOf(root, given);
  const node = trail.at(-1) ?? given;
  fieldsOf(node);
  const place = trail.find(({ pointer }) => isNamed(pointer));
  const key = place && lastKey(place.pointer);
  const named = textOf(member(node, 'name')) ?? textOf(member(node, 'messageId'));
  const name = keyFirst ? (key ?? named) : (named ?? key);
  if (name === undefined || name === '') throw new AsyncApiError(node.pointer, 'needs a "name": what stands for it on the wire');
  const response = member(node, 'x-response');
  return {
    name,
    payload: payloadOf(node),
    response: response.value === undefined ? undefined : readMessage(root, response, keyFirst),
    description: textOf(member(node, 'description')) ?? textOf(member(node, 'summary')) ?? textOf(member(node, 'title')),
    pointer: node.pointer,
  };
}

/** The messages of an operation of version 2: one, or one of several. */
export function readOperationMessages(root: DocumentNode, operation: DocumentNode): readonly MessageNode[] {
  if (operation.value === undefined) return [];
  const message = member(operation, 'message');
  const several = member(resolved(root, message), 'oneOf');
  return (several.value === undefined ? [message] : itemsOf(several)).map((one) => readMessage(root, one, true));
}
