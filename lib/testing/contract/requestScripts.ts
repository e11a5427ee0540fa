import { echo, endOf, expectRefused, reply } from './asking.js';
import type { ContractScript } from './contractScript.js';
import { expectSame } from './expectSame.js';

/** What requests and replies have to do. */
export const requestScripts: readonly ContractScript[] = [
  {
    name: 'a request gets its reply',
    about: 'request',
    play: ({ start, ask, gateway, advance, client, settings: { command, data } }) => {
      start();
      const { seen, asked } = ask(data('question'));
      expectSame('The command', asked.command, command);
      expectSame('The data of the request', asked.data, data('question'));
      expectSame('The replies before there is one', seen.values, []);
      gateway.say(reply(asked.id, data('answer')));
      advance();
      expectSame('The replies', seen.values, [data('answer')]);
      expectSame('The end of the request', endOf(seen), 'complete');
      expectSame('Replies to nobody', client.counters.drops.unmatchedReply, 0);
    },
    instead: ({ start, client, advance, settings: { data } }) => {
      start();
      const seen = client.request(data('question'));
      advance();
      expectRefused(seen, 'A request');
    },
  },
  {
    name: 'requests at once each get their own reply',
    needs: ['request'],
    play: ({ start, ask, gateway, advance, protocol, settings: { data } }) => {
      start();
      const texts = ['one', 'two', 'three'];
      const all = texts.map((text) => ask(data(text)));
      expectSame('How many ids three requests have', new Set(all.map(({ asked }) => asked.id)).size, 3);
      // Without ids on the wire, replies come in order.
      const answered = protocol.correlation === 'order' ? all : [...all].reverse();
      for (const { asked } of answered) gateway.say(reply(asked.id, asked.data));
      advance();
      for (const [index, { seen }] of all.entries()) expectSame('The replies', seen.values, [data(texts[index] ?? '')]);
    },
  },
  {
    name: 'an error reply fails its request, and no other',
    about: 'failure',
    play: ({ start, ask, gateway, advance, settings: { code, data } }) => {
      start();
      const bad = ask(data('bad'));
      const good = ask(data('good'));
      gateway.say({ kind: 'failure', id: bad.asked.id, code, message: 'not today' }, reply(good.asked.id, data('answer')));
      advance();
      expectSame('The end of the request that failed', endOf(bad.seen), 'requestFailed');
      expectSame('Its code', (bad.seen.end as { readonly code?: unknown }).code, code);
      expectSame('Its replies', bad.seen.values, []);
      expectSame('The replies of the other request', good.seen.values, [data('answer')]);
    },
  },
  {
    name: 'a request that is not answered times out, and the session stays',
    needs: ['request'],
    play: ({ start, ask, gateway, advance, session, settings: { data } }) => {
      start();
      const { seen } = ask(data('question'), { timeout: 50 });
      advance(49);
      expectSame('The end of the request before its timeout', endOf(seen), undefined);
      advance(1);
      expectSame('The end of the request at its timeout', endOf(seen), 'requestTimeout');
      expectSame('Whether the session is open', session().open, true);
      expectSame('Connections', gateway.connections, 1);
    },
  },
  {
    name: 'a late reply never reaches the next request',
    needs: ['request'],
    play: (scene) => {
      const { start, ask, gateway, advance, session, settings } = scene;
      const { data } = settings;
      start();
      const late = ask(data('too slow'), { timeout: 50 });
      advance(50);
      const left = ask(data('not wanted'));
      left.seen.leave();
      advance();
      const next = ask(data('the next'));
      gateway.say(reply(late.asked.id, data('late')), reply(left.asked.id, data('later')));
      advance();
      expectSame('The replies of the next request, when those of the ones before came', next.seen.values, []);
      gateway.say(reply(next.asked.id, data('its own')));
      advance();
      expectSame('The replies of the next request', next.seen.values, [data('its own')]);
      expectSame('The replies of the request that was left', left.seen.values, []);
      echo(scene, advance, data('and one more'));
      expectSame('Whether the session is open', session().open, true);
    },
  },
  {
    name: 'a reply that comes twice is taken once, and counted',
    needs: ['request'],
    play: (scene) => {
      const { start, ask, gateway, advance, client, settings } = scene;
      const { data } = settings;
      start();
      const { seen, asked } = ask(data('question'));
      const frames = gateway.words(reply(asked.id, data('answer')));
      gateway.write(...frames);
      advance();
      gateway.write(...frames);
      advance();
      expectSame('The replies', seen.values, [data('answer')]);
      const dropped = Object.values(client.counters.drops).reduce((sum, count) => sum + count, 0);
      expectSame('Whether the second is counted as dropped', dropped > 0, true);
      scene.malformed = client.counters.drops.malformed;
      echo(scene, advance, data('the next'));
    },
  },
  {
    name: 'a cut fails what was asked, and the next session answers its own',
    needs: ['request'],
    play: (scene) => {
      const { start, ask, cut, advance, settings } = scene;
      const { data } = settings;
      start();
      // So that the ids of what is pending are not those that the next session begins with.
      echo(scene, advance, data('before'));
      const [first, second] = [ask(data('one')), ask(data('two'))];
      cut();
      expectSame('The ends of what was asked', [endOf(first.seen), endOf(second.seen)], ['connectionLost', 'connectionLost']);
      echo(scene, advance, data('the next'));
      expectSame('The replies of what was asked before', [first.seen.values, second.seen.values], [[], []]);
    },
  },
  {
    name: 'clients of one protocol share nothing',
    needs: ['request'],
    play: (scene) => {
      const { start, another, ask, gateway, advance, settings } = scene;
      const { data } = settings;
      start();
      const other = another();
      // So that the two have requests under different ids.
      echo(scene, advance, data('before'));
      const theirs = other.ask(data('theirs'));
      const ours = [ask(data('first')), ask(data('second'))];
      for (const { asked } of ours) gateway.say(reply(asked.id, asked.data));
      advance();
      expectSame(
        'The replies of this client',
        ours.map(({ seen }) => seen.values),
        [[data('first')], [data('second')]],
      );
      expectSame('Those of the other one, which has none yet', theirs.seen.values, []);
      other.gateway.say(reply(theirs.asked.id, data('to them')));
      advance();
      expectSame('Those of the other one', theirs.seen.values, [data('to them')]);
    },
  },
  {
    name: 'a command that nobody answers goes out as one',
    about: 'send',
    play: ({ start, client, gateway, advance, settings: { command, data } }) => {
      start();
      const seen = client.send(data('just so'));
      advance();
      // A wire on which everything is answered has it as a request, whose answer nobody waits for.
      const sent = gateway.left('request').length > 0 ? gateway.take('request') : gateway.take('send');
      expectSame('The command', sent.command, command);
      expectSame('Its data', sent.data, data('just so'));
      expectSame('The end of the send', endOf(seen), 'complete');
    },
    instead: ({ start, client, advance, settings: { data } }) => {
      start();
      const seen = client.send(data('just so'));
      advance();
      expectRefused(seen, 'A send');
    },
  },
  {
    name: 'what cannot be written fails its sender, and nobody else',
    needs: ['request'],
    play: (scene) => {
      const { start, ask, client, gateway, advance, settings } = scene;
      const { data } = settings;
      start();
      const good = ask(data('good'));
      const circle: Record<string, unknown> = {};
      circle.self = circle;
      const before = gateway.frames.length;
      const bad = client.request(circle);
      advance();
      expectSame('The end of a request whose data is a circle', endOf(bad), 'malformedMessage');
      expectSame('Frames that it sent', gateway.frames.length - before, 0);
      gateway.say(reply(good.asked.id, data('answer')));
      advance();
      expectSame('The replies of the other request', good.seen.values, [data('answer')]);
      echo(scene, advance, data('the next'));
    },
  },
];
