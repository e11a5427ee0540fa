import { isRecord } from '../options/check.js';
import { isText } from './fields.js';
import type { Frame } from './protocol.js';
import { escapeStomp } from './stompText.js';

/** Headers as they are given: what is undefined or null is left out, numbers and flags become text. */
export type StompHeaders = Readonly<Record<string, unknown>>;

/** What an application gives in an object. */
export const stompFields = (what: string, given: unknown = {}): StompHeaders => {
  // Not by the checks of options: they quote a string, and it may be a passcode.
  if (!isRecord(given)) throw new TypeError(`${what} must be an object`);
  return given as StompHeaders;
};

/** One array of bytes out of two. */
export const joinBytes = (one: Uint8Array, other: Uint8Array): Uint8Array => {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
};

export const utf8 = (text: Frame): Uint8Array => (isText(text) ? new TextEncoder().encode(text) : text);

/**
 * The wire form of a STOMP frame: text if its body is, else bytes. Throws where a header cannot be written; the error names the header and
 * does not quote its value.
 */
export function stompFrame(command: string, headers: StompHeaders, body: Frame = ''): Frame {
  // CONNECT has no escapes, for older brokers to read it. A NUL has none at all, and many brokers take it for the end of the frame.
  const isConnect = command === 'CONNECT';
  let frame = command;
  for (const [name, value] of Object.entries({ ...headers, 'content-length': utf8(body).length || undefined })) {
    if (value == null) continue;
    if (Object(value) === value || (isConnect ? /[\0\r\n]/ : /\0/).test(name + String(value)))
      throw new TypeError(`header ${name} cannot be written`);
    frame += `\n${[name, String(value)].map(isConnect ? String : escapeStomp).join(':')}`;
  }
  frame += '\n\n';
  return isText(body) ? `${frame}${body}\0` : joinBytes(joinBytes(utf8(frame), body), utf8('\0'));
}
