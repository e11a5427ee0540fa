import { heartbeatScripts } from '../../../lib/testing/contract/heartbeatScripts.js';
import { describeCases, reading, simply, writing, wrong } from './mutants.js';

describeCases('the cases of heartbeats', heartbeatScripts, [
  {
    does: 'waits for no sign of life',
    protocol: wrong(() => () => ({}), { heartbeat: { timeout: Infinity } }),
    fails: ['a gateway that is gone', 'a gateway that is there'],
    says: /Nobody waits for a sign of life/,
  },
  {
    does: 'has no heartbeat',
    protocol: wrong(() => () => ({}), { heartbeat: { interval: Infinity } }),
    fails: ['a gateway that is gone', 'the client pings'],
    says: /There is no heartbeat/,
  },
  {
    does: 'waits for pongs without a ping',
    protocol: simply(writing('ping', () => undefined)),
    fails: ['a gateway that is there', 'the client pings'],
    says: /Connections after ten intervals, in mode 'message' of complete: expected 1/,
  },
  {
    does: 'does not know a pong',
    protocol: simply(reading('pong', (message) => ({ kind: 'other', body: message }))),
    fails: ['the client pings'],
    says: /The answer to a ping was to be read as a pong/,
  },
  {
    does: 'does not answer pings',
    protocol: simply(writing('pong', () => undefined)),
    fails: ['a ping of the gateway'],
    says: /was to hear a pong of the client, and heard nothing/,
  },
  {
    does: 'answers each ping with the timestamp of the first',
    protocol: simply(writing('pong', (message, codec) => codec.encode({ ...message, timestamp: 5 }))),
    fails: ['a ping of the gateway'],
    says: /The timestamp of the pong: expected 6, but 5 came/,
  },
]);
