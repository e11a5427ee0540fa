import { expect } from 'chai';
import type { Protocol } from 'rxgate/protocols';
import { playScene, type Scene } from '../../../lib/testing/contract/scene.js';
import type { ContractSettings } from '../../../lib/testing/contract/protocolSubject.js';
import { completeProtocol, completeSubject } from './completeProtocol.js';
import { malformed, reading, simply, writing } from './mutants.js';

const data = (text: string) => ({ text });
const settings = (change: Partial<ContractSettings> = {}): ContractSettings => ({
  ...{
    ...completeSubject,
    data,
    params: data,
    cannot: {},
    command: 'echo',
    topics: ['news', 'sport'],
    code: 'NO',
    can: () => true,
  },
  ...change,
});
const failing = (play: (scene: Scene) => void, change?: Partial<ContractSettings>): string => {
  try {
    playScene(settings(change), play);
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing';
};

describe('playScene', () => {
  it('gives a client that is connected once it has started, and that goes as it leaves', () => {
    let codes: readonly number[] = [];
    playScene(settings(), ({ start, session, leave, advance, gateway }) => {
      start();
      expect(session().opened.greeting).to.deep.equal({ type: 'WELCOME' });
      leave();
      advance();
      codes = gateway.closes;
    });
    expect(codes).to.deep.equal([1000]);
  });

  it('asks and joins, and gives what the gateway heard of it', () => {
    playScene(settings(), ({ start, ask, join }) => {
      start();
      const { seen, asked } = ask(data('question'));
      expect([seen.end, asked.command, asked.data]).to.deep.equal([undefined, 'echo', data('question')]);
      expect(join('news', 'p').asked).to.include({ topic: 'news', params: 'p' });
    });
  });

  it('does not ask the gateway for what it does not do', () => {
    const change: Partial<ContractSettings> = {
      can: (ability) => ability !== 'subscribe' && ability !== 'confirmation',
      protocol: simply(writing('subscribe', ({ id, topic }) => ({ frames: [], answers: [{ kind: 'confirmation', id, topic }] }))),
    };
    playScene(settings(change), ({ start, join }) => {
      start();
      expect(join('news').asked).to.equal(undefined);
    });
  });

  it('cuts, and makes sure of another session', () => {
    playScene(settings(), ({ start, cut, session, gateway }) => {
      start();
      const first = session();
      cut();
      expect(session()).to.not.equal(first);
      expect(gateway.connections).to.equal(2);
    });
  });

  it('has other clients of the same protocol, each with a gateway of its own', () => {
    playScene(settings(), ({ start, another, gateway }) => {
      start();
      const other = another();
      other.ask(data('x'));
      expect(gateway.left('request')).to.deep.equal([]);
      expect(other.gateway.connections).to.equal(1);
    });
  });

  const rows: readonly (readonly [string, (scene: Scene) => void, RegExp, Partial<ContractSettings>?])[] = [
    [
      'there is no session',
      ({ start }) => start(),
      /^There is no session number 1: "AuthenticationError: The gateway does not want us"/,
      { gateway: () => ({ ...completeSubject.gateway(), greet: () => ['{"type":"GO AWAY"}'] }) },
    ],
    [
      'there is no session after a cut',
      ({ start, cut, gateway }) => {
        start();
        gateway.manner = 'refuse';
        cut();
      },
      /^There is no session number 2/,
    ],
    ['the client has not started', ({ session }) => session(), /^The client has not started/],
    [
      'a request fails before it was heard',
      ({ start, ask }) => (start(), ask(1n)),
      /^The request failed: .*MalformedMessageError/,
    ],
    [
      'the gateway hears nothing of it',
      ({ start, ask }) => (start(), ask(1)),
      /was to hear a request .* heard nothing/,
      { protocol: simply(writing('request', () => undefined)) },
    ],
    [
      'a topic is over',
      ({ start, join }) => (start(), join('news')),
      /^The topic "news" is over: "SubscriptionRejectedError/,
      { protocol: simply(reading('confirmation', ({ id }) => ({ kind: 'refusal', id, code: 'NO' }))) },
    ],
    [
      'a frame could not be read',
      ({ start }) => start(),
      /^Frames that could not be read: expected 0, but 1 came/,
      {
        protocol: simply((codec) => ({
          decode: (frame) =>
            [codec.decode(frame)]
              .flat()
              .flatMap((message) => (String(frame).includes('WELCOME') ? [message, malformed('what?')] : message)),
        })),
      },
    ],
    [
      'a codec serves two sessions',
      ({ start, another }) => (start(), another()),
      /^client\(\) gave the codec of another session/,
      {
        protocol: () => {
          const one = completeProtocol();
          const codec = one.client();
          return { ...one, client: () => codec } satisfies Protocol;
        },
      },
    ],
    [
      'a hook fails',
      ({ start, leave }) => (start(), leave()),
      /^farewell failed: "Error: speechless"/,
      {
        protocol: simply(() => ({
          farewell: () => {
            throw new Error('speechless');
          },
        })),
      },
    ],
    [
      'the codec breaks its contract, before what comes of that',
      ({ start, ask }) => {
        start();
        ask(1);
        throw new Error('later');
      },
      /^the gateway cannot read what the client sent/,
      { protocol: simply(writing('request', () => '{"')) },
    ],
  ];
  for (const [what, play, says, change] of rows)
    it(`says so where ${what}, with the last frames`, () => {
      const text = failing(play, change);
      expect(text).to.match(says);
      if (what !== 'the client has not started')
        expect(text).to.include('\nThe last frames:\n  (connected)\n  client  > {"type":"HELLO"');
    });
});
