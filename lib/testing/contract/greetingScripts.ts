import type { Protocol } from '../../protocols/protocol.js';
import { reply } from './asking.js';
import type { ContractScript } from './contractScript.js';
import { expectSame } from './expectSame.js';

const withoutGreeting = (protocol: Protocol): string | undefined =>
  protocol.client().greeting ? undefined : 'the protocol has no greeting';
const withoutFarewell = (protocol: Protocol): string | undefined =>
  protocol.client().farewell ? undefined : 'the protocol has no farewell';

/** What the beginning and the end of a session have to do, where the protocol has words for them. */
export const greetingScripts: readonly ContractScript[] = [
  {
    name: 'nothing is sent before the greeting is over',
    unfit: withoutGreeting,
    play: ({ client, gateway, advance, protocol, settings: { can, credentials, data } }) => {
      gateway.manner = 'wait';
      const sessions = client.sessions();
      const seen = can('request') ? client.request(data('question')) : undefined;
      advance(1_000);
      expectSame('Sessions while the gateway says nothing', sessions.values.length, 0);
      const opening = protocol.client().greeting?.open(credentials) ?? [];
      expectSame('Frames while the gateway says nothing', gateway.frames.length, opening.length);
      gateway.welcome();
      advance();
      expectSame('Sessions after its welcome', sessions.values.length, 1);
      if (seen) {
        gateway.say(reply(gateway.take('request').id, data('answer')));
        advance();
        expectSame('The replies of a request that waited', seen.values, [data('answer')]);
      }
      sessions.leave();
    },
  },
  {
    name: 'a greeting that is refused makes no session',
    about: 'rejection',
    unfit: withoutGreeting,
    play: ({ client, gateway, advance }) => {
      gateway.manner = 'refuse';
      const sessions = client.sessions();
      advance();
      const ended = client.events.find((event) => event.type === 'ended');
      sessions.leave();
      if (!ended?.end.error) throw new Error('The attempt was to end with an error at once, and did not');
      expectSame('Sessions', sessions.values.length, 0);
    },
  },
  {
    name: 'whoever leaves says goodbye before the socket is closed',
    unfit: withoutFarewell,
    play: ({ start, leave, gateway, advance, protocol }) => {
      start();
      const before = gateway.frames.length;
      leave();
      advance();
      expectSame('Frames of the farewell', gateway.frames.length - before, protocol.client().farewell?.().length);
      expectSame('The code of the close', gateway.closes, [1000]);
    },
  },
];
