import { isText } from './fields.js';
import type { Frame } from './protocol.js';

const json = /[/+]json *(;|$)/i;

/** What a body is sent as, and its content type: JSON, unless it is a string or bytes or `given` says otherwise. Throws what has no form. */
export function writeStompBody(body: unknown, given: unknown): readonly [body: Frame | undefined, type: unknown] {
  if (body === undefined) return [body, given];
  const isBytes = body instanceof Uint8Array;
  const type = given ?? (isBytes ? 'application/octet-stream' : isText(body) ? 'text/plain' : 'application/json');
  const written = isBytes || (isText(body) && !json.test(type as string)) ? body : (JSON.stringify(body) as string | undefined);
  if (written === undefined) throw new TypeError('the body has no JSON form');
  return [written, type];
}

/** Throws what is not UTF-8. */
export const readUtf8 = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);

/** The value of a body: of the kind that its content type says. Throws where it is not. */
export function readStompBody(bytes: Uint8Array, type = ''): unknown {
  const isJson = json.test(type);
  if (!bytes.length && (isJson || !type)) return undefined;
  if (isJson) return JSON.parse(readUtf8(bytes));
  // Many senders name no type, and send text. Bytes are copied: a few would keep all that came with them.
  return /^(text\/|$)/i.test(type) ? readUtf8(bytes) : bytes.slice();
}
