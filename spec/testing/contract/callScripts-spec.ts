import { callScripts } from '../../../lib/testing/contract/callScripts.js';
import { describeCases, reading, simply, writing } from './mutants.js';

describeCases('the cases of a gateway that asks', callScripts, [
  {
    does: 'echoes ids that are numbers as strings',
    protocol: simply(writing('reply', (message, codec) => codec.encode({ ...message, id: `n${message.id}` }))),
    fails: [
      'a request of the gateway is answered under its id, a number',
      'a request of the gateway is answered under its id, a string',
    ],
    says: /The id of the reply to the gateway: expected 7, but "n7" came/,
  },
  {
    does: 'echoes ids that look like numbers as numbers',
    protocol: simply(
      writing('reply', (message, codec) =>
        codec.encode({ ...message, id: Number.isNaN(Number(message.id)) ? message.id : Number(message.id) }),
      ),
    ),
    fails: ['a request of the gateway is answered under its id, a string'],
    says: /The id of the reply to the gateway: expected "007", but 7 came/,
  },
  {
    does: 'answers notifications',
    protocol: simply(reading('notification', (message) => [message, { kind: 'ping' }])),
    fails: ['what comes without an id'],
    says: /Frames that answer it: expected 0, but 1 came/,
  },
]);
