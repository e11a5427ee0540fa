import type { IncomingMessage } from 'node:http';
import { checkThat } from '../options/check.js';

/** Which origins may connect: a list, or a function that decides. */
export type Origins = readonly (string | RegExp)[] | ((origin: string | undefined, request: IncomingMessage) => boolean);

const isOrigin = (value: unknown): boolean =>
  value instanceof RegExp || value === 'null' || (typeof value === 'string' && /^[a-z][a-z\d+.-]*:\/\/[^\s/?#]+$/.test(value));

/** Whether a page of this origin was served by the host that is asked. */
const isSameHost = (origin: string, host = ''): boolean => {
  try {
    const { protocol, host: from } = new URL(origin);
    // Through the same reader, so that a default port that one of them names makes no difference.
    return from !== '' && from === new URL(`${protocol}//${host}`).host;
  } catch {
    return false;
  }
};

/**
 * Whether the origin of a request may connect. Only browsers send one, on behalf of a page that may be a stranger's, and they send cookies
 * along: without a list, an upgrade with cookies must come from a page of the same host. Throws where a function throws or gives no boolean.
 */
export function originCheck(origins: Origins | undefined): (request: IncomingMessage) => boolean {
  if (typeof origins === 'function')
    return (request) => {
      const answer: unknown = origins(request.headers.origin, request);
      if (typeof answer === 'boolean') return answer;
      // Nobody waits for a promise: it is refused, and a rejection of it must not end the process.
      Promise.resolve(answer).catch(() => undefined);
      throw new TypeError('origins must give true or false');
    };
  if (origins !== undefined) {
    checkThat('serve', 'origins', origins, 'a list or a function', Array.isArray(origins));
    for (const origin of origins)
      checkThat('serve', 'origins', origin, 'origins such as https://app.example, or expressions', isOrigin(origin));
  }
  return ({ headers: { origin, cookie, host } }) => {
    if (origin === undefined) return true;
    if (!origins) return cookie === undefined || isSameHost(origin, host);
    // `search`, since `test` of a global expression remembers where it was.
    return origins.some((allowed) => (typeof allowed === 'string' ? allowed === origin : origin.search(allowed) >= 0));
  };
}
