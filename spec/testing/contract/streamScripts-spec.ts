import { streamScripts } from '../../../lib/testing/contract/streamScripts.js';
import { describeCases, reading, simply, writing } from './mutants.js';

describeCases('the cases of streams and of requests that are left', streamScripts, [
  {
    does: 'does not tell of requests that are left',
    protocol: simply(writing('cancel', () => undefined)),
    fails: ['the gateway is told of a request that is left', 'a stream that is left'],
    says: /The gateway was to hear a cancel of the client, and heard nothing/,
  },
  {
    does: 'cancels another request than the one that is left',
    protocol: simply(writing('cancel', (message, codec) => codec.encode({ ...message, id: 1 }))),
    fails: ['the gateway is told of a request that is left'],
    says: /The id of the cancel/,
  },
  {
    does: 'takes the first reply of a stream for the last',
    protocol: simply(reading('reply', (message) => ({ ...message, last: true }))),
    fails: ['a stream of replies', 'a stream can fail', 'a stream that is left'],
    says: /The end of the stream after its first reply: expected undefined, but "complete" came/,
  },
]);
