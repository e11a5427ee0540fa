import type { Frame } from 'rxgate/protocols';
import { topicScripts } from '../../../lib/testing/contract/topicScripts.js';
import { describeCases, reading, simply, writing, wrong } from './mutants.js';

describeCases('the cases of topics', topicScripts, [
  {
    does: 'swallows notifications',
    protocol: simply(reading('notification', () => [])),
    fails: ['a topic brings its notifications', 'what comes without an id', 'after a cut, and after another'],
    says: /The notifications: expected \[\{"text":"one"\},\{"text":"two"\}\], but \[\] came/,
  },
  {
    does: 'gives each notification to the topic that was confirmed last, of any session',
    protocol: wrong(() => {
      let last = '';
      return (codec) => ({
        decode: (frame) =>
          [codec.decode(frame)].flat().map((message) => {
            if (message.kind === 'confirmation') last = message.topic;
            return message.kind === 'notification' ? { ...message, topic: last } : message;
          }),
      });
    }),
    fails: ['clients of one protocol share no topic', 'topics each bring their own', 'a topic that is left is given up'],
    says: /Those of the other one: expected/,
  },
  {
    does: 'asks for another topic',
    protocol: simply(writing('subscribe', (message, codec) => codec.encode({ ...message, topic: message.topic.toUpperCase() }))),
    fails: ['the gateway is told which topic is wanted', 'after a cut, and after another'],
    says: /The topic that the gateway hears: expected "news", but "NEWS" came/,
  },
  {
    does: 'forgets the params of a topic',
    protocol: simply(writing('subscribe', ({ params: _, ...message }, codec) => codec.encode(message))),
    fails: ['the gateway is told the params'],
    says: /The params that the gateway hears: expected \{"text":"1D"\}, but undefined came/,
  },
  {
    does: 'confirms topics before the gateway does',
    protocol: simply(
      writing('subscribe', (message, codec) => ({
        frames: [codec.encode(message) as Frame],
        answers: [{ kind: 'confirmation', id: message.id, topic: message.topic }],
      })),
    ),
    fails: ['a topic waits for the word of the gateway'],
    says: /Topics that are confirmed before the gateway said so: expected 0, but 2 came/,
  },
  {
    does: 'takes a refusal for a confirmation',
    protocol: simply(reading('refusal', ({ id }) => ({ kind: 'confirmation', id, topic: 'news' }))),
    fails: ['a refusal ends its topic'],
    says: /The end of the topic: expected "subscriptionRejected", but undefined came/,
  },
  {
    does: 'does not know when a topic is over',
    protocol: simply(reading('ended', (message) => ({ kind: 'other', body: message }))),
    fails: ['the gateway ends a topic'],
    says: /Its end: expected "complete", but undefined came/,
  },
  {
    does: 'asks for a topic once, whatever the session',
    protocol: wrong(() => {
      const asked = new Set<string>();
      return writing('subscribe', (message, codec) => {
        if (asked.has(message.topic)) return undefined;
        asked.add(message.topic);
        return codec.encode(message);
      });
    }),
    fails: ['after a cut, and after another', 'a topic that is left is given up'],
    says: /was to hear a subscribe of the client, and heard nothing/,
  },
]);
