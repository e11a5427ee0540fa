import { endOf, reply } from './asking.js';
import type { ContractScript } from './contractScript.js';
import { expectSame } from './expectSame.js';

/** What requests have to do that are left, or have many replies. */
export const streamScripts: readonly ContractScript[] = [
  {
    name: 'the gateway is told of a request that is left',
    about: 'cancel',
    play: ({ start, ask, gateway, advance, settings: { data } }) => {
      start();
      const other = ask(data('other'));
      const { seen, asked } = ask(data('question'));
      seen.leave();
      advance();
      expectSame('The id of the cancel', gateway.take('cancel').id, asked.id);
      gateway.say(reply(other.asked.id, data('answer')));
      advance();
      expectSame('The replies of the other request', other.seen.values, [data('answer')]);
    },
    instead: ({ start, ask, gateway, advance, settings: { data } }) => {
      start();
      const { seen } = ask(data('question'));
      const before = gateway.frames.length;
      seen.leave();
      advance();
      expectSame('Frames that a request sends when it is left', gateway.frames.length - before, 0);
    },
  },
  {
    name: 'a stream of replies comes in order, and completes',
    about: 'stream',
    play: ({ start, ask, gateway, advance, settings: { data } }) => {
      start();
      const { seen, asked } = ask(data('question'), { stream: true });
      gateway.say(reply(asked.id, data('one'), false));
      advance();
      expectSame('The first reply', seen.values, [data('one')]);
      expectSame('The end of the stream after its first reply', endOf(seen), undefined);
      gateway.say(reply(asked.id, data('two'), false), reply(asked.id));
      advance();
      expectSame('The replies', seen.values, [data('one'), data('two')]);
      expectSame('The end of the stream', endOf(seen), 'complete');
      const short = ask(data('question'), { stream: true });
      gateway.say(reply(short.asked.id, data('all')));
      advance();
      expectSame('The replies of a stream whose last one has data', short.seen.values, [data('all')]);
      expectSame('Its end', endOf(short.seen), 'complete');
    },
    instead: ({ start, client, gateway, advance, settings: { data } }) => {
      start();
      const seen = client.request(data('question'), { stream: true });
      advance();
      // To say so at once is good as well.
      if (seen.end instanceof Error) return;
      gateway.say(reply(gateway.take('request').id, data('answer')));
      advance();
      expectSame('The replies of a stream that can only have one', seen.values, [data('answer')]);
      expectSame('Its end', endOf(seen), 'complete');
    },
  },
  {
    name: 'a stream can fail after it has begun',
    needs: ['stream', 'failure'],
    play: ({ start, ask, gateway, advance, settings: { code, data } }) => {
      start();
      const { seen, asked } = ask(data('question'), { stream: true });
      gateway.say(reply(asked.id, data('one'), false), { kind: 'failure', id: asked.id, code, message: 'no more' });
      advance();
      expectSame('The replies', seen.values, [data('one')]);
      expectSame('The end of the stream', endOf(seen), 'requestFailed');
    },
  },
  {
    name: 'a stream that is left is cancelled, and what still comes of it reaches nobody',
    needs: ['stream', 'cancel'],
    play: (scene) => {
      const { start, ask, gateway, advance, settings } = scene;
      const { data } = settings;
      start();
      const { seen, asked } = ask(data('question'), { stream: true });
      gateway.say(reply(asked.id, data('one'), false));
      advance();
      const late = gateway.words(reply(asked.id, data('two'), false));
      seen.leave();
      advance();
      expectSame('The id of the cancel', gateway.take('cancel').id, asked.id);
      const next = ask(data('the next'), { stream: true });
      gateway.write(...late);
      advance();
      expectSame('The replies of the next stream', next.seen.values, []);
      expectSame('The replies of the stream that was left', seen.values, [data('one')]);
    },
  },
];
