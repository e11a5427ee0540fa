import { AuthenticationError } from '../errors/gatewayErrors.js';
import type { Greeting, HeartbeatDefaults } from './protocol.js';
import { stompFields, stompFrame } from './stompFrame.js';
import type { StompFrame } from './stompReader.js';

/** What `connect({ credentials })` may give to `stomp()`; without any, the broker lets in whoever needs none. */
export interface StompCredentials {
  readonly login?: string | undefined;
  readonly passcode?: string | undefined;
  /** The virtual host. Default `'/'`. */
  readonly host?: string | undefined;
  /** Further headers of CONNECT, such as `client-id`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** How often we can beat, and how often we want to hear the broker, in ms; 0 is never. */
export interface StompBeats {
  readonly heartbeatOutgoing: number;
  readonly heartbeatIncoming: number;
}

/**
 * What `heartbeat()` is to do, for what each side offers: how often it can beat and how often it wants to hear one, in ms; 0 is never. Beats
 * have no answer: each side sends its own in time, ours with a quarter to spare, and gives the other twice its time.
 */
export function stompHeartbeat(can: number, wants: number, theirs = ''): HeartbeatDefaults {
  const [theyCan = 0, theyWant = 0] = theirs.split(',').map(Number);
  const every = can && theyWant && Math.max(can, theyWant);
  const silence = wants && theyCan && Math.max(wants, theyCan);
  if (every) return { oneWay: true, interval: every * 0.75, timeout: silence * 2 || Infinity };
  return { mode: 'peer', interval: silence || Infinity, timeout: silence || undefined };
}

/** CONNECT, and what comes of it. */
export function stompGreeting({ heartbeatOutgoing: can, heartbeatIncoming: wants }: StompBeats): Greeting {
  return {
    open(credentials) {
      const { headers, ...own } = stompFields('credentials', credentials) as StompCredentials;
      return [stompFrame('CONNECT', { host: '/', ...headers, ...own, 'accept-version': '1.2', 'heart-beat': `${can},${wants}` })];
    },
    accept(message) {
      if (message.kind === 'malformed') return { refused: message.error };
      const frame = (message as { readonly body?: StompFrame }).body;
      if (frame?.command === 'CONNECTED' && frame.headers.version === '1.2')
        return { opened: frame.headers, heartbeat: stompHeartbeat(can, wants, frame.headers['heart-beat']) };
      // The broker's own words may name the user: they are in the cause.
      return { refused: new AuthenticationError('The broker refused CONNECT', { cause: frame }) };
    },
  };
}
