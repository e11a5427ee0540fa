import { frameScripts } from '../../../lib/testing/contract/frameScripts.js';
import { describeCases, malformed, reading, simply } from './mutants.js';

describeCases('the cases of frames', frameScripts, [
  {
    does: 'reads ASCII',
    protocol: simply((codec) => ({
      decode: (frame) => codec.decode(typeof frame === 'string' ? frame.replace(/[^\u0000-\u007f]/g, '?') : frame),
    })),
    fails: ['text arrives as it was sent'],
    says: /The replies: expected \[\{"text":"ä€𝄞/,
  },
  {
    does: 'reads 64 KiB of a frame',
    protocol: simply((codec) => ({ decode: (frame) => codec.decode(frame.slice(0, 65_536)) })),
    fails: ['large frames'],
    says: /The replies: expected \[\{"text":"long long/,
  },
  {
    does: 'throws on a frame that it cannot read',
    protocol: simply(
      reading('malformed', ({ error }) => {
        throw error;
      }),
    ),
    fails: ['a frame that cannot be read'],
    says: /decode threw "MalformedMessageError: .*" on the frame \{/,
  },
  {
    does: 'drops a frame that it cannot read without a word',
    protocol: simply(reading('malformed', () => [])),
    fails: ['a frame that cannot be read', 'one bad item'],
    says: /Whether \{.* is counted as malformed: expected true, but false came/,
  },
  {
    does: 'quotes what it cannot read',
    protocol: simply((codec) => ({
      decode: (frame) =>
        [codec.decode(frame)]
          .flat()
          .map((message) => (message.kind === 'malformed' ? malformed(`What is ${String(frame)}?`) : message)),
    })),
    fails: ['a frame that cannot be read'],
    says: /the error of a malformed frame quotes it/,
  },
  {
    does: 'quotes the end of what it cannot read',
    protocol: simply((codec) => ({
      decode: (frame) =>
        [codec.decode(frame)]
          .flat()
          .map((message) => (message.kind === 'malformed' ? malformed(`It ends in ${String(frame).slice(-9)}`) : message)),
    })),
    fails: ['a frame that cannot be read'],
    says: /the error of a malformed frame quotes it: "It ends in/,
  },
  {
    does: 'answers a frame that it cannot read',
    protocol: simply(reading('malformed', (message) => [message, { kind: 'ping' }])),
    fails: ['a frame that cannot be read'],
    says: /Frames that answer .* of a client that was asked nothing: expected 0, but 1 came/,
  },
  {
    does: 'takes what it does not know for malformed',
    protocol: simply(reading('other', () => malformed('What is that?'))),
    fails: ['a frame without meaning'],
    says: /There is no session number 1/,
  },
  {
    does: 'takes what it does not know for malformed, once it is in',
    protocol: simply((codec) => ({
      decode: (frame) => (String(frame).includes('NEWS') ? malformed('What is that?') : codec.decode(frame)),
    })),
    fails: ['a frame without meaning'],
    says: /The messages that .*NEWS.* is: expected \["other"\], but \["malformed"\] came/,
  },
  {
    does: 'gives up a batch for one bad item',
    protocol: simply((codec) => ({
      decode: (frame) => {
        const messages = [codec.decode(frame)].flat();
        return messages.find(({ kind }) => kind === 'malformed') ?? messages;
      },
    })),
    fails: ['one bad item'],
    says: /The replies: expected \[\[\{"text":"one"\}\],/,
  },
  {
    does: 'does not read bytes',
    protocol: simply((codec) => ({
      decode: (frame) => (typeof frame === 'string' ? codec.decode(frame) : malformed('Bytes are not for us')),
    })),
    fails: ['what comes as bytes'],
    says: /The replies: expected/,
  },
  {
    does: 'makes one frame of several, and loses all but the first',
    protocol: simply(() => ({ join: ([first = '']) => first })),
    fails: ['what is sent in one turn'],
    says: /was to hear a request of the client, and heard nothing/,
  },
  {
    does: 'makes one frame of several, and turns them round',
    protocol: simply(() => ({ join: (frames) => `[${[...frames].reverse().join()}]` })),
    fails: ['what is sent in one turn'],
    says: /The data of the requests: expected \[\{"text":"one"\}[^]*, but \[\{"text":"one"\},\{"text":"three"\}/,
  },
]);
