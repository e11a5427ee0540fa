import { AsyncApiError } from '../errors/asyncApiError.js';

/** An object of a document, before anything is known of it. */
export type Fields = Readonly<Record<string, unknown>>;

/** A value of a document, and the JSON pointer that leads to it. */
export interface DocumentNode {
  readonly value: unknown;
  readonly pointer: string;
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** The pointer of a member. */
export const pointerTo = (pointer: string, key: string | number): string => `${pointer}/${escaped(String(key))}`;

/** A key as it stands in a pointer, read. */
export const unescaped = (key: string): string => key.replaceAll('~1', '/').replaceAll('~0', '~');

/** The node of a member; its value is `undefined` where there is none. Only what the document itself has counts. */
export function member({ value, pointer }: DocumentNode, key: string | number): DocumentNode {
  const has = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
  return { value: has ? (value as Record<string | number, unknown>)[key] : undefined, pointer: pointerTo(pointer, key) };
}

/** The fields of an object. An AsyncApiError if it is none. */
export function fieldsOf({ value, pointer }: DocumentNode): Fields {
  if (!isFields(value)) throw new AsyncApiError(pointer, value === undefined ? 'is missing' : 'must be an object');
  return value;
}

/** The members of an object, none if it is absent. */
export function entriesOf(node: DocumentNode): readonly (readonly [key: string, node: DocumentNode])[] {
  if (node.value === undefined) return [];
  return Object.keys(fieldsOf(node)).map((key) => [key, member(node, key)] as const);
}

/** The items of a list, none if it is absent. */
export function itemsOf(node: DocumentNode): readonly DocumentNode[] {
  if (node.value === undefined) return [];
  if (!Array.isArray(node.value)) throw new AsyncApiError(node.pointer, 'must be a list');
  return node.value.map((_, index) => member(node, index));
}

/** A text, or `undefined` if it is absent. */
export function textOf({ value, pointer }: DocumentNode): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw new AsyncApiError(pointer, 'must be a string');
}

/** Where `$ref` of a node leads, or `undefined` if it has none. An AsyncApiError if that is outside of the document. */
export function referenceOf(node: DocumentNode): string | undefined {
  if (!isFields(node.value) || !Object.hasOwn(node.value, '$ref')) return undefined;
  const at = member(node, '$ref');
  const reference = textOf(at) ?? '';
  if (reference === '#' || reference.startsWith('#/')) return reference;
  throw new AsyncApiError(
    at.pointer,
    `"${reference}" leads outside: only references within the document (#/…) are read. Bundle it first`,
  );
}

/** The node that a pointer leads to; `from` is where the pointer stands. */
export function nodeAt(root: DocumentNode, pointer: string, from: string): DocumentNode {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((part) => {
      try {
        return unescaped(decodeURIComponent(part));
      } catch {
        return unescaped(part);
      }
    });
  const found = keys.reduce<DocumentNode>(member, root);
  if (found.value === undefined) throw new AsyncApiError(from, `"${pointer}" leads to nothing in this document`);
  return found;
}

/** A node and those that its references lead to, the last one no reference. An AsyncApiError if they go in a circle. */
export function trailOf(root: DocumentNode, node: DocumentNode): readonly [DocumentNode, ...DocumentNode[]] {
  const seen = new Set<string>();
  const trail: [DocumentNode, ...DocumentNode[]] = [node];
  let at = node;
  for (let reference = referenceOf(at); reference !== undefined; reference = referenceOf(at)) {
    if (seen.has(reference)) throw new AsyncApiError(node.pointer, 'these references lead to each other, and to nothing else');
    seen.add(reference);
    at = nodeAt(root, reference, pointerTo(at.pointer, '$ref'));
    trail.push(at);
  }
  return trail;
}

/** Follows references until something else comes. An AsyncApiError if they go in a circle. */
export const resolved = (root: DocumentNode, node: DocumentNode): DocumentNode => trailOf(root, node).at(-1) ?? node;
