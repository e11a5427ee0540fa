import { leaveScripts } from '../../../lib/testing/contract/leaveScripts.js';
import { describeCases, reading, simply, writing } from './mutants.js';

describeCases('the cases of topics that are left', leaveScripts, [
  {
    does: 'does not give topics up',
    protocol: simply(writing('unsubscribe', () => undefined)),
    fails: ['a topic that is left is given up'],
    says: /was to hear an? unsubscribe of the client, and heard nothing/,
  },
  {
    does: 'gives up only what was confirmed by then',
    protocol: simply((codec) => {
      const confirmed = new Set<unknown>();
      return {
        ...reading('confirmation', (message) => {
          confirmed.add(message.id);
          return message;
        })(codec),
        ...writing('unsubscribe', (message, { encode }) => (confirmed.has(message.id) ? encode(message) : undefined))(codec),
      };
    }),
    fails: ['a topic that is left before the word of the gateway'],
    says: /was to hear an? unsubscribe of the client, and heard nothing/,
  },
]);
