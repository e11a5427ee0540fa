import { expect } from 'chai';
import { type Codec, commandNotify, type Message, type Protocol } from 'rxgate/protocols';
import {
  type ContractCase,
  type ContractGateway,
  type ProtocolAbility,
  protocolContract,
  type ProtocolSubject,
} from 'rxgate/testing';
import { abilities } from '../../lib/testing/contract/ability.js';
import { completeGateway, completeProtocol, completeSubject } from './contract/completeProtocol.js';
import { malformed, reading, simply, wrong, writing } from './contract/mutants.js';

const reason = 'it is not made for that';

/** What the case says that shows an incapacity. */
const verdictOn = async (ability: ProtocolAbility, change: Partial<ProtocolSubject>): Promise<string> => {
  const cases = protocolContract({ ...completeSubject, ...change, cannot: { [ability]: reason } });
  const shown = cases.filter(({ name }) => name === `cannot ${abilities[ability]}: ${reason}`);
  const [one] = shown;
  if (shown.length !== 1 || !one || !('run' in one)) throw new Error(`There is no one case that shows "${ability}"`);
  return one.run().then(
    () => 'nothing',
    (error: unknown) => (error as Error).message,
  );
};

/** A gateway without words for some messages. */
const wordless = (is: (message: Message) => boolean): Partial<ProtocolSubject> => ({
  gateway: () => {
    const gateway = completeGateway();
    return { ...gateway, encode: (message) => (is(message) ? undefined : gateway.encode(message)) };
  },
});
const without = (kind: Message['kind']): Partial<ProtocolSubject> => wordless((message) => message.kind === kind);
const failing = (what: string) => (): never => {
  throw new TypeError(what);
};
const stray = '{"type":"STRAY"}';

/** Protocols that cannot, and behave; and some of those that do not. */
const rows: Readonly<
  Record<ProtocolAbility, readonly [good: Partial<ProtocolSubject>, bad?: Partial<ProtocolSubject>, says?: RegExp]>
> = {
  request: [
    {
      protocol: simply(writing('request', ({ id }) => ({ frames: [], answers: [{ kind: 'failure', id, code: 'UNSUPPORTED' }] }))),
    },
    { protocol: simply(writing('request', () => undefined)) },
    /A request was to fail at once, and did not: let encode throw/,
  ],
  failure: [without('failure')],
  cancel: [
    { protocol: simply(writing('cancel', () => undefined)) },
    { protocol: simply(writing('cancel', () => stray)) },
    /Frames that a request sends when it is left: expected 0, but 1 came/,
  ],
  stream: [
    wordless((message) => message.kind === 'reply' && !message.last),
    { protocol: simply(writing('request', (message, codec) => (message.stream ? undefined : codec.encode(message)))) },
    /The gateway was to hear a request of the client, and heard nothing/,
  ],
  send: [
    { protocol: simply(writing('send', failing('There is no such thing'))) },
    { protocol: simply(writing('send', () => undefined)) },
    /A send was to fail at once/,
  ],
  numberIds: [wordless((message) => message.kind === 'request' && typeof message.id === 'number')],
  stringIds: [wordless((message) => message.kind === 'request' && typeof message.id === 'string')],
  topics: [
    {
      protocol: simply(
        writing('subscribe', ({ id }) => ({ frames: [], answers: [{ kind: 'refusal', id, code: 'UNSUPPORTED' }] })),
      ),
    },
    { protocol: simply(writing('subscribe', () => undefined)) },
    /A topic was to fail at once/,
  ],
  subscribe: [
    {
      protocol: simply(writing('subscribe', ({ id, topic }) => ({ frames: [], answers: [{ kind: 'confirmation', id, topic }] }))),
    },
    { protocol: simply(writing('subscribe', () => stray)) },
    /Frames that a topic sends: expected 0, but 1 came/,
  ],
  params: [
    {
      protocol: simply(
        writing('subscribe', (message, codec) => (message.params ? failing('There are no params')() : codec.encode(message))),
      ),
    },
    { protocol: simply(writing('subscribe', ({ params: _, ...message }, codec) => codec.encode(message))) },
    /A topic with params was to fail at once/,
  ],
  confirmation: [
    {
      ...without('confirmation'),
      protocol: simply(
        writing('subscribe', (message, codec) => ({
          frames: [codec.encode(message) as string],
          answers: [{ kind: 'confirmation', id: message.id, topic: message.topic }],
        })),
      ),
    },
    without('confirmation'),
    /Topics that the codec confirmed, since the gateway will not: expected 1, but 0 came/,
  ],
  refusal: [without('refusal')],
  unsubscribe: [
    { protocol: simply(writing('unsubscribe', () => undefined)) },
    { protocol: simply(writing('unsubscribe', () => stray)) },
    /Frames that a topic sends when it is left: expected 0, but 1 came/,
  ],
  ended: [without('ended')],
  heartbeat: [{ protocol: wrong(() => () => ({}), { heartbeat: { interval: Infinity } }) }],
  ping: [{ protocol: wrong(() => () => ({}), { heartbeat: { mode: 'peer' } }) }],
  pong: [without('ping')],
  rejection: [{ gateway: () => ({ ...completeGateway(), refuse: undefined }) }],
  unknown: [{ unknown: undefined }],
  batch: [{ batch: undefined }],
  binary: [
    {
      protocol: simply((codec) => ({
        decode: (frame) => (typeof frame === 'string' ? codec.decode(frame) : malformed('Bytes are not for us')),
      })),
    },
    { protocol: simply((codec) => ({ decode: (frame) => (typeof frame === 'string' ? codec.decode(frame) : []) })) },
    /Whether bytes that are not for this protocol are counted as malformed: expected true, but false came/,
  ],
};

describe('protocolContract', () => {
  const byName = (cases: readonly ContractCase[], begin: string): ContractCase | undefined =>
    cases.find(({ name }) => name.startsWith(begin));

  it('leaves nothing out for a protocol that can do all', () => {
    const cases = protocolContract(completeSubject);
    expect(cases.filter((each) => 'skipped' in each)).to.deep.equal([]);
    expect(new Set(cases.map(({ name }) => name)).size).to.equal(cases.length);
  });

  it('leaves out what is not for the protocol, and says why', () => {
    const cases = protocolContract({ protocol: () => commandNotify() });
    expect(cases.flatMap((each) => ('skipped' in each ? [each.skipped] : []))).to.deep.equal([
      'the protocol has no greeting',
      'the protocol has no greeting',
      'the protocol has no farewell',
    ]);
  });

  it('leaves out what needs an ability that is lacking, with the reason of that one', () => {
    const cases = protocolContract({ ...completeSubject, cannot: { request: 'no requests', cancel: 'no cancel' } });
    const why = (begin: string) => (byName(cases, begin) as { readonly skipped?: string } | undefined)?.skipped;
    expect(why('requests at once')).to.equal('no requests');
    expect(why('an error reply')).to.equal('no requests');
    expect(why('what comes as bytes')).to.equal('no requests');
    expect(byName(cases, 'cannot cancel a request: no cancel')).to.have.property('run');
    expect(byName(cases, 'a topic brings')).to.have.property('run');
  });

  it('ends the error of a case with the last frames of both sides', async () => {
    const failed = byName(
      protocolContract({ ...completeSubject, protocol: simply(reading('reply', () => [])) }),
      'a request gets',
    );
    const error = await (failed as Extract<ContractCase, { run(): unknown }>).run().catch((thrown: unknown) => thrown as Error);
    expect((error as Error).message.split('\n').slice(-3)).to.deep.equal([
      '  gateway > {"type":"WELCOME"}',
      '  client  > {"id":"1","command":"echo","data":{"text":"question"}}',
      '  gateway > {"type":"RESPONSE","id":"1","data":{"text":"answer"}}',
    ]);
  });

  describe('on what a protocol cannot do', () => {
    for (const [ability, [good, bad, says]] of Object.entries(rows) as [ProtocolAbility, (typeof rows)[ProtocolAbility]][]) {
      it(`takes the word of a protocol that cannot ${abilities[ability]}`, async () => {
        expect(await verdictOn(ability, good)).to.equal('nothing');
      });
      it(`does not take it of one that can ${abilities[ability]}`, async () => {
        expect(await verdictOn(ability, {})).to.match(new RegExp(`holds, though \`cannot.${ability}\` says that it cannot`));
      });
      if (bad && says)
        it(`wants users to see that it cannot ${abilities[ability]}`, async () => {
          expect(await verdictOn(ability, bad)).to.match(says);
        });
    }
  });

  describe('refuses a subject', () => {
    const protocol = (): Protocol => commandNotify();
    const wrongs: readonly (readonly [string, unknown, RegExp])[] = [
      ['that is none', undefined, /protocolContract: subject must be an object/],
      ['without a protocol', {}, /protocol must be a function/],
      ['whose protocol is made already', { protocol: commandNotify() }, /protocol must be a function/],
      ['that makes no protocol', { protocol: () => undefined }, /protocol\(\) must be an object/],
      [
        'without a gateway, where the protocol has no server',
        { protocol: () => ({ name: 'x', client: (): Codec => ({ encode: () => '', decode: () => [] }) }) },
        /gateway must be a function, since the protocol has no server\(\)/,
      ],
      ['with a gateway that is none', { protocol, gateway: {} }, /gateway must be a function/],
      [
        'that cannot do what there is not',
        { protocol, cannot: { fly: 'no wings' } },
        /cannot must be about request, .*, not "fly"/,
      ],
      ['that gives no reason', { protocol, cannot: { batch: '' } }, /cannot\.batch must be a non-empty string/],
      ['with one topic', { protocol, topics: ['news'] }, /topics must be two names that differ/],
      ['with one topic twice', { protocol, topics: ['news', 'news'] }, /topics must be two names that differ/],
      ['without a frame that is malformed', { protocol, malformed: [] }, /malformed must be a list with a frame/],
      ['without a command', { protocol, command: '' }, /command must be a non-empty string/],
      ['whose data are not made', { protocol, data: {} }, /data must be a function/],
      ['whose params are not made', { protocol, params: {} }, /params must be a function/],
    ];
    for (const [what, subject, says] of wrongs)
      it(what, () => {
        expect(() => protocolContract(subject as ProtocolSubject)).to.throw(TypeError, says);
      });
  });

  it('takes the names and data of the subject', async () => {
    const names = { command: 'orders.place', topics: ['a', 'b'], code: -32_000, data: (text: string) => [text] } as const;
    const made: Message[] = [];
    const gateway = (): ContractGateway => {
      const complete = completeGateway();
      return {
        ...complete,
        decode: (frame) => {
          const message = complete.decode(frame) as Message;
          made.push(message);
          return message;
        },
      };
    };
    const cases = protocolContract({ ...completeSubject, protocol: completeProtocol, gateway, ...names });
    for (const begin of ['a request gets', 'an error reply', 'topics each', 'a refusal'])
      await (byName(cases, begin) as Extract<ContractCase, { run(): unknown }>).run();
    const commands = new Set(made.flatMap((message) => (message.kind === 'request' ? [message.command] : [])));
    expect([...commands]).to.deep.equal(['orders.place']);
    expect(new Set(made.flatMap((message) => (message.kind === 'subscribe' ? [message.topic] : [])))).to.deep.equal(
      new Set(['a', 'b']),
    );
    expect(made.find(({ kind }) => kind === 'request'))
      .to.have.property('data')
      .that.deep.equals(['question']);
  });
});
