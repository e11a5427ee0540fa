import { endOf, expectRefused, told } from './asking.js';
import type { ContractScript } from './contractScript.js';
import { expectSame } from './expectSame.js';
import type { Ends } from './scene.js';

const confirmed = ({ client }: Ends): number => client.events.filter(({ type }) => type === 'subscribed').length;

/** What topics and their notifications have to do. */
export const topicScripts: readonly ContractScript[] = [
  {
    name: 'a topic brings its notifications, in order',
    about: 'topics',
    play: ({ start, join, gateway, advance, settings: { data, topics } }) => {
      start();
      const [name] = topics;
      const { seen } = join(name);
      gateway.say(told(name, data('one')), told(name, data('two')));
      advance();
      expectSame('The notifications', seen.values, [data('one'), data('two')]);
      expectSame('The end of the topic', endOf(seen), undefined);
    },
    instead: ({ start, client, advance, settings: { topics } }) => {
      start();
      const seen = client.topic(topics[0]);
      advance();
      expectRefused(seen, 'A topic');
    },
  },
  {
    name: 'topics each bring their own',
    needs: ['topics'],
    play: (scene) => {
      const { start, join, gateway, advance, settings } = scene;
      const { data, topics } = settings;
      const [name, other] = topics;
      start();
      const [one, two] = [join(name), join(other)];
      gateway.say(told(other, data('a')), told(name, data('b')), told(other, data('c')));
      advance();
      expectSame(`The notifications of "${name}"`, one.seen.values, [data('b')]);
      expectSame(`The notifications of "${other}"`, two.seen.values, [data('a'), data('c')]);
      expectSame('Topics that are confirmed', confirmed(scene), 2);
    },
  },
  {
    name: 'clients of one protocol share no topic',
    needs: ['topics'],
    play: ({ start, another, join, gateway, advance, settings: { data, topics } }) => {
      start();
      const other = another();
      const [ours, theirs] = [join(topics[0]), other.join(topics[1])];
      const both = other.join(topics[0]);
      gateway.say(told(topics[0], data('to us')));
      other.gateway.say(told(topics[1], data('to them')));
      advance();
      expectSame('The notifications of this client', ours.seen.values, [data('to us')]);
      expectSame('Those of the other one', theirs.seen.values, [data('to them')]);
      expectSame('Those of its other topic', both.seen.values, []);
    },
  },
  {
    name: 'the gateway is told which topic is wanted',
    about: 'subscribe',
    play: ({ start, client, gateway, advance, settings: { topics } }) => {
      start();
      client.topic(topics[0]);
      advance();
      expectSame('The topic that the gateway hears', gateway.take('subscribe').topic, topics[0]);
      expectSame('How many more it hears', gateway.left('subscribe').length, 0);
    },
    instead: ({ start, client, gateway, advance, settings: { topics } }) => {
      start();
      const before = gateway.frames.length;
      client.topic(topics[0]);
      advance();
      expectSame('Frames that a topic sends', gateway.frames.length - before, 0);
    },
  },
  {
    name: 'the gateway is told the params of a topic',
    about: 'params',
    play: ({ start, client, gateway, advance, settings: { params, topics } }) => {
      start();
      client.topic(topics[0], params('1D'));
      advance();
      const { topic, params: heard } = gateway.take('subscribe');
      expectSame('The params that the gateway hears', heard, params('1D'));
      expectSame('Their topic', topic, topics[0]);
    },
    instead: ({ start, client, advance, settings: { params, topics } }) => {
      start();
      const seen = client.topic(topics[0], params('1D'));
      advance();
      expectRefused(seen, 'A topic with params');
    },
  },
  {
    name: 'a topic waits for the word of the gateway, and not for ever',
    about: 'confirmation',
    play: (scene) => {
      const { start, client, gateway, advance, confirm, settings } = scene;
      const { data, topics } = settings;
      start();
      const [one, two] = [client.topic(topics[0]), client.topic(topics[1])];
      advance();
      const asked = gateway.take('subscribe');
      const never = asked.topic === topics[0] ? two : one;
      expectSame('Topics that are confirmed before the gateway said so', confirmed(scene), 0);
      confirm(asked);
      expectSame('Topics that are confirmed after it said so of one', confirmed(scene), 1);
      advance(10_000);
      expectSame('The end of a topic that is never confirmed', endOf(never), 'subscriptionRejected');
      const granted = never === two ? one : two;
      gateway.say(told(asked.topic, data('one')));
      advance();
      expectSame('The notifications of the other one', granted.values, [data('one')]);
    },
    instead: (scene) => {
      const { start, client, advance, settings } = scene;
      start();
      const seen = client.topic(settings.topics[0]);
      advance();
      expectSame('Topics that the codec confirmed, since the gateway will not', confirmed(scene), 1);
      advance(10_000);
      expectSame('The end of a topic, later', endOf(seen), undefined);
    },
  },
  {
    name: 'a refusal ends its topic, and no other',
    about: 'refusal',
    play: ({ start, client, join, gateway, advance, settings: { code, data, topics } }) => {
      start();
      const [name, other] = topics;
      const bad = client.topic(name);
      advance();
      const { id } = gateway.take('subscribe');
      gateway.say({ kind: 'refusal', id, code, message: 'not for you' });
      advance();
      expectSame('The end of the topic', endOf(bad), 'subscriptionRejected');
      expectSame('The code of the refusal', (bad.end as { readonly code?: unknown }).code, code);
      const good = join(other);
      gateway.say(told(other, data('one')));
      advance();
      expectSame('The notifications of another topic', good.seen.values, [data('one')]);
    },
  },
  {
    name: 'the gateway ends a topic, and no other',
    about: 'ended',
    play: ({ start, join, gateway, advance, settings: { data, topics } }) => {
      start();
      const [name, other] = topics;
      const [one, two] = [join(name), join(other)];
      gateway.say(told(name, data('last')), { kind: 'ended', topic: name });
      advance();
      expectSame('The notifications of the topic', one.seen.values, [data('last')]);
      expectSame('Its end', endOf(one.seen), 'complete');
      gateway.say(told(other, data('one')));
      advance();
      expectSame('The notifications of the other one', two.seen.values, [data('one')]);
      expectSame('Its end', endOf(two.seen), undefined);
    },
  },
  {
    name: 'after a cut, and after another, every topic is asked for again and goes on',
    needs: ['topics'],
    play: ({ start, cut, confirm, join, gateway, advance, settings: { can, data, topics } }) => {
      start();
      const all = topics.map((name) => join(name).seen);
      for (const round of ['second', 'third']) {
        cut();
        if (can('subscribe')) {
          const asked = topics.map(() => gateway.take('subscribe'));
          expectSame('The topics that are asked for again', asked.map(({ topic }) => topic).sort(), [...topics].sort());
          for (const each of asked) confirm(each);
        }
        for (const name of topics) gateway.say(told(name, data(`${name}, ${round} session`)));
        advance();
      }
      for (const [index, name] of topics.entries()) {
        const wanted = ['second', 'third'].map((round) => data(`${name}, ${round} session`));
        expectSame(`The notifications of "${name}"`, all[index]?.values, wanted);
        expectSame('Its end', all[index] && endOf(all[index]), undefined);
      }
    },
  },
];
