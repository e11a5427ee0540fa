import { greetingScripts } from '../../../lib/testing/contract/greetingScripts.js';
import { describeCases, greetingOf, simply } from './mutants.js';

describeCases('the cases of greetings and farewells', greetingScripts, [
  {
    does: 'takes the first word of the gateway for its welcome',
    protocol: simply((codec) => ({ greeting: { open: greetingOf(codec).open, accept: () => ({ opened: true }) } })),
    fails: ['nothing is sent before the greeting is over'],
    says: /the gateway cannot read what the client sent: Say hello first/,
  },
  {
    does: 'does not hear that it is refused',
    protocol: simply((codec) => ({
      greeting: {
        open: greetingOf(codec).open,
        accept: (message) => {
          const outcome = greetingOf(codec).accept(message);
          return typeof outcome === 'object' && 'refused' in outcome ? 'wait' : outcome;
        },
      },
    })),
    fails: ['a greeting that is refused'],
    says: /The attempt was to end with an error at once, and did not/,
  },
  {
    does: 'cannot say goodbye',
    protocol: simply(() => ({
      farewell: () => {
        throw new Error('speechless');
      },
    })),
    fails: ['whoever leaves says goodbye'],
    says: /speechless/,
  },
]);
