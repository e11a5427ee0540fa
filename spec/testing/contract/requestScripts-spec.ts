import type { Frame, Message, MessageId } from 'rxgate/protocols';
import { requestScripts } from '../../../lib/testing/contract/requestScripts.js';
import { completeProtocol } from './completeProtocol.js';
import { describeCases, reading, simply, writing, wrong } from './mutants.js';

describeCases('the cases of requests', requestScripts, [
  {
    does: 'swallows replies',
    protocol: simply(reading('reply', () => [])),
    fails: ['a request gets its reply', 'large frames', 'text arrives', 'what comes as bytes', 'nothing is sent before'],
    says: /The replies: expected \[\{"text":"answer"\}\], but \[\] came/,
  },
  {
    does: 'gives each reply to the request that came last',
    protocol: wrong(() => {
      let last: MessageId = 0;
      return (codec) => ({
        ...writing('request', (message) => {
          last = message.id;
          return codec.encode(message);
        })(codec),
        ...reading('reply', (message) => ({ ...message, id: last }))(codec),
      });
    }),
    fails: ['requests at once', 'a late reply', 'clients of one protocol share nothing', 'a stream that is left'],
    says: /The replies: expected \[\{"text":"one"\}\]/,
  },
  {
    does: 'takes an error reply for a reply',
    protocol: simply(reading('failure', ({ id, code }) => ({ kind: 'reply', id, data: code, last: true }))),
    fails: ['an error reply', 'a stream can fail'],
    says: /The end of the request that failed: expected "requestFailed", but "complete" came/,
  },
  {
    does: 'answers every request itself',
    protocol: simply(
      writing('request', (message, codec) => ({
        frames: [codec.encode(message) as Frame],
        answers: [{ kind: 'reply', id: message.id, data: 'done', last: true }],
      })),
    ),
    fails: [
      'a request that is not answered times out',
      'a request gets its reply',
      'the gateway is told of a request that is left',
    ],
    says: /The end of the request before its timeout/,
  },
  {
    does: 'drops what it does not expect without a word',
    protocol: wrong(() => (codec) => {
      const done = new Set<MessageId>();
      return reading('reply', (message) => {
        if (done.has(message.id)) return [];
        done.add(message.id);
        return message;
      })(codec);
    }),
    fails: ['a reply that comes twice', 'a stream of replies'],
    says: /Whether the second is counted as dropped: expected true, but false came/,
  },
  {
    does: 'throws on a reply that nobody waits for',
    protocol: wrong(() => (codec) => {
      const asked = new Set<MessageId>();
      return {
        ...writing('request', (message) => {
          asked.add(message.id);
          return codec.encode(message);
        })(codec),
        ...reading('reply', (message) => {
          if (!asked.delete(message.id)) throw new Error('who asked for this?');
          return message;
        })(codec),
      };
    }),
    fails: ['a reply that comes twice'],
    says: /decode threw "Error: who asked for this\?"/,
  },
  {
    does: 'finds replies by their order, over all sessions',
    protocol: wrong(() => {
      const queue: MessageId[] = [];
      return (codec) => ({
        ...writing('request', (message) => {
          queue.push(message.id);
          return codec.encode(message);
        })(codec),
        ...reading('reply', (message) => ({ ...message, id: queue.shift() ?? 0 }))(codec),
      });
    }),
    fails: ['a cut fails what was asked', 'clients of one protocol share nothing', 'requests at once'],
    says: /The replies: expected \[\{"text":"the next"\}\], but \[\] came/,
  },
  {
    does: 'has one codec for all sessions',
    protocol: () => {
      const complete = completeProtocol();
      const codec = complete.client();
      return { ...complete, client: () => codec };
    },
    fails: ['clients of one protocol share nothing'],
    says: /client\(\) gave the codec of another session/,
  },
  {
    does: 'sends nothing where nobody answers',
    protocol: simply(writing('send', () => undefined)),
    fails: ['a command that nobody answers'],
    says: /was to hear a send of the client, and heard nothing/,
  },
  {
    does: 'sends a command that nobody answers as a request without its data',
    protocol: simply(writing('send', ({ command }, codec) => codec.encode({ kind: 'request', id: 99, command }))),
    fails: ['a command that nobody answers'],
    says: /Its data: expected \{"text":"just so"\}, but undefined came/,
  },
  {
    does: 'sends nothing in place of what cannot be written',
    protocol: simply((codec) => ({
      encode: (message) => {
        try {
          return codec.encode(message);
        } catch {
          return undefined;
        }
      },
    })),
    fails: ['what cannot be written'],
    says: /The end of a request whose data is a circle: expected "malformedMessage"/,
  },
  {
    does: 'gives ids back as strings',
    protocol: simply(reading('reply', (message) => ({ ...message, id: `${message.id}` }))),
    fails: ['a request gets its reply'],
    says: /a reply has the id "1": it was asked with the number/,
  },
  {
    does: 'leaves out whether a reply is the last',
    protocol: simply(reading('reply', ({ last: _, ...message }) => message as Message)),
    fails: ['a request gets its reply'],
    says: /the last of a reply must be true or false, and is undefined/,
  },
]);
