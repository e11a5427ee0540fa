import { type DocumentNode, entriesOf, member, resolved } from './documentNode.js';
import type { MessageNode } from './readMessages.js';

const propertiesOf = (root: DocumentNode, { payload }: MessageNode): DocumentNode | undefined => {
  if (payload.value === undefined) return undefined;
  const properties = member(resolved(root, payload), 'properties');
  return typeof properties.value === 'object' && properties.value !== null ? properties : undefined;
};

/** Whether payloads are envelopes, `{ type, payload }`, as those of FastWS: all of them, and one at least with a `payload`. */
export function haveEnvelopes(root: DocumentNode, messages: readonly MessageNode[]): boolean {
  const keys = messages.map((message) => {
    const properties = propertiesOf(root, message);
    return properties ? entriesOf(properties).map(([key]) => key) : [];
  });
  const isEnvelope = (names: readonly string[]): boolean =>
    names.includes('type') && names.every((name) => name === 'type' || name === 'payload');
  return keys.length > 0 && keys.every(isEnvelope) && keys.some((names) => names.includes('payload'));
}

/** The data of an update that says its topic, `{ topic, payload }`; `undefined` if it does not. */
export function namedUpdate(root: DocumentNode, body: DocumentNode): DocumentNode | undefined {
  if (body.value === undefined) return undefined;
  const properties = member(resolved(root, body), 'properties');
  if (typeof properties.value !== 'object' || properties.value === null) return undefined;
  const keys = Object.keys(properties.value);
  return keys.length === 2 && keys.includes('topic') && keys.includes('payload') ? member(properties, 'payload') : undefined;
}

/** The schema of what is in the envelope. The `type` of an envelope is the message's name: its schema allows any text beside it. */
export function bodyOf(root: DocumentNode, message: MessageNode): DocumentNode {
  const properties = propertiesOf(root, message);
  return properties ? member(properties, 'payload') : { value: undefined, pointer: message.pointer };
}
