import { MalformedMessageError } from '../errors/gatewayErrors.js';
import type { Message } from './message.js';
import type { Codec } from './protocol.js';
import { readStompBody, readUtf8 } from './stompBody.js';
import { joinBytes, utf8 } from './stompFrame.js';
import { unescapeStomp } from './stompText.js';

/** A STOMP frame that came in. Of a header that is repeated, the first is taken. */
export interface StompFrame {
  readonly command: string;
  readonly headers: Readonly<Record<string, string>>;
  /** By content type: what its JSON says, a string, or bytes. `undefined` if there is none. */
  readonly body: unknown;
}

const readFrame = (head: string, body: Uint8Array): StompFrame => {
  const [command = '', ...lines] = head.split(/\r?\n/);
  const headers = Object.fromEntries(
    lines
      .slice(0, -1)
      .reverse()
      .map((line) => {
        const [name = '', ...rest] = line.split(':');
        if (!rest.length) throw new TypeError('a header is wrong');
        // The answer to CONNECT is for clients of any version, and has no escapes.
        return [name, rest.join(':')].map(command === 'CONNECTED' ? String : unescapeStomp);
      }),
  ) as StompFrame['headers'];
  return { command, headers, body: readStompBody(body, headers['content-type']) };
};

/**
 * Makes a `decode` of the STOMP frames that `receive` takes, however they are spread over WebSocket messages. Beats are passed over. What is not
 * complete is kept; if that is longer than `maxFrame` bytes, the session ends.
 */
export function stompReader(maxFrame: number, receive: (frame: StompFrame) => Message): Codec['decode'] {
  let kept = utf8('');

  return (chunk) => {
    const found: Message[] = [];
    const bytes = joinBytes(kept, utf8(chunk));
    const behindNul = (from: number): number => bytes.indexOf(0, from) + 1 || Infinity;
    kept = utf8('');
    for (let at = 0; ; ) {
      while (bytes[at] === 10 || bytes[at] === 13) at++;
      if (at >= bytes.length) return found;
      let next = behindNul(at);
      let end = at;
      let start = 0;
      // The head ends with an empty line.
      do end = bytes.indexOf(10, end) + 1;
      while (end && bytes[(start = end + +(bytes[end] === 13))] !== 10);
      try {
        const head = end && end < next ? readUtf8(bytes.subarray(at, end)) : '';
        // Before anything else, since it says where the next frame begins.
        const length = /\ncontent-length:(\d+)\r?\n/.exec(head);
        if (length) next = start + Number(length[1]) + 2;
        if (next > bytes.length) {
          kept = bytes.subarray(at);
          if ((next < Infinity ? next - at : kept.length) > maxFrame)
            found.push({ kind: 'closed', reason: `A STOMP frame is longer than maxFrame (${maxFrame} bytes)` });
          return found;
        }
        const isWrong = bytes[next - 1];
        next = behindNul(next - 1);
        if (!head || isWrong) throw new TypeError('its head or its length is wrong');
        found.push(receive(readFrame(head, bytes.subarray(start + 1, next - 1))));
      } catch (problem) {
        // What JSON's own error says quotes the body.
        const what = problem instanceof SyntaxError ? 'its body is not JSON' : (problem as Error).message;
        found.push({ kind: 'malformed', error: new MalformedMessageError('in', `A STOMP frame was not read: ${what}`) });
      }
      at = next;
    }
  };
}
