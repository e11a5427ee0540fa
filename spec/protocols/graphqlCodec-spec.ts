import { expect } from 'chai';
import { MalformedMessageError } from '../../lib/errors/gatewayErrors.js';
import { graphqlCodec } from '../../lib/protocols/graphqlCodec.js';
import { graphqlOperations } from '../../lib/protocols/graphqlOperations.js';
import type { Codec, Greeting, Message } from '../../lib/protocols/index.js';

const operations = graphqlOperations({}, { 'bars:{symbol}': 'subscription ($symbol: ID!) { bars(symbol: $symbol) }' });
const codecOf = ({ whole = false } = {}): Codec => graphqlCodec(operations, whole);

const ask = (codec: Codec, id: number, command = '{ a }', more: object = {}): unknown =>
  codec.encode({ kind: 'request', id, command, ...more });
const listen = (codec: Codec, id: number, topic = 'bars:SPX', key = topic, params?: unknown): unknown =>
  codec.encode({ kind: 'subscribe', id, key, topic, params });
const read = (codec: Codec, frame: unknown): Message | readonly Message[] => codec.decode(JSON.stringify(frame));
const next = (codec: Codec, id: unknown, payload: unknown) => read(codec, { id, type: 'next', payload });
const error = (codec: Codec, id: unknown, payload: unknown) => read(codec, { id, type: 'error', payload });
const complete = (codec: Codec, id: unknown) => read(codec, { id, type: 'complete' });

const denied = { message: 'no', extensions: { code: 'DENIED' } };
const plain = { message: 'bad' };

describe('graphqlCodec', () => {
  describe('a query', () => {
    it('is a subscribe with its variables and key, under the id as a string', () => {
      expect(ask(codecOf(), 7, '{ a }', { data: { n: 1 } })).to.equal(
        '{"id":"7","type":"subscribe","payload":{"query":"{ a }","variables":{"n":1}}}',
      );
      expect(ask(codecOf(), 7, '{ a }', { key: 'k' })).to.equal(
        '{"id":"7","type":"subscribe","payload":{"query":"{ a }","extensions":{"idempotencyKey":"k"}}}',
      );
    });

    it('has its key beside the extensions of its document', () => {
      const named = graphqlOperations({ a: { query: '{ a }', extensions: { trace: 1 } } });
      expect(ask(graphqlCodec(named, false), 7, 'a', { key: 'k' })).to.contain('"extensions":{"trace":1,"idempotencyKey":"k"}');
      expect(ask(graphqlCodec(named, false), 7, 'a')).to.contain('"extensions":{"trace":1}');
    });

    it('has one reply, and nothing is made of its end', () => {
      const codec = codecOf();
      ask(codec, 7);
      expect(next(codec, '7', { data: { a: 1 } })).to.deep.equal({ kind: 'reply', id: 7, data: { a: 1 }, last: true });
      expect(complete(codec, '7')).to.deep.equal([]);
      expect(complete(codec, '7')).to.deep.equal([]);
    });

    it('that ends without a result is answered with nothing', () => {
      const codec = codecOf();
      ask(codec, 7);
      expect(complete(codec, '7')).to.deep.equal({ kind: 'reply', id: 7, last: true });
    });

    it('fails by its errors, partial data or not, with the first code that there is', () => {
      const codec = codecOf();
      const payload = { data: { a: 1, b: null }, errors: [plain, denied] };
      ask(codec, 7);
      expect(next(codec, '7', payload)).to.deep.equal({
        kind: 'failure',
        id: 7,
        code: 'DENIED',
        message: 'bad; no',
        data: payload,
        last: true,
      });
      ask(codec, 8);
      expect(next(codec, '8', { data: null, errors: [plain] })).to.include({ kind: 'failure', code: 'GRAPHQL_ERROR' });
    });

    it('fails where it could not be run, and is over', () => {
      const codec = codecOf();
      ask(codec, 7);
      expect(error(codec, '7', [denied])).to.deep.equal({
        kind: 'failure',
        id: 7,
        code: 'DENIED',
        message: 'no',
        data: { errors: [denied] },
        last: true,
      });
      expect(next(codec, '7', { data: 1 })).to.include({ kind: 'reply', id: 7 });
    });

    it('is stopped where its first result need not be the last: a subscription, or a directive', () => {
      for (const [command, last] of [
        ['subscription { a }', false],
        ['query { a @stream }', false],
        ['query A { a } # a subscription', false],
        ['mutation { a }', true],
      ] as const) {
        const codec = codecOf();
        ask(codec, 7, command);
        expect(next(codec, '7', { data: 1 }), command).to.have.property('last', last);
        expect(codec.encode({ kind: 'cancel', id: 7 }), command).to.equal('{"id":"7","type":"complete"}');
        expect(complete(codec, '7'), command).to.deep.equal([]);
      }
    });

    it('that was cancelled has results for nobody, which are counted', () => {
      const codec = codecOf();
      ask(codec, 7);
      expect(codec.encode({ kind: 'cancel', id: 7 })).to.equal('{"id":"7","type":"complete"}');
      expect(codec.encode({ kind: 'cancel', id: 7 })).to.equal(undefined);
      expect(next(codec, '7', { data: 1 })).to.deep.equal({ kind: 'reply', id: 7, data: 1, last: false });
      expect(error(codec, '7', [denied])).to.deep.include({ kind: 'failure', id: 7 });
      expect(complete(codec, '7')).to.deep.equal([]);
    });

    it('that cannot be written leaves nothing behind', () => {
      const codec = codecOf();
      expect(() => ask(codec, 7, '{ a }', { data: { n: 1n } })).to.throw(TypeError);
      expect(codec.encode({ kind: 'cancel', id: 7 })).to.equal(undefined);
    });
  });

  describe('a stream', () => {
    it('has replies until it is complete', () => {
      const codec = codecOf();
      ask(codec, 7, 'subscription { a }', { stream: true });
      for (const data of [1, null]) expect(next(codec, '7', { data })).to.deep.equal({ kind: 'reply', id: 7, data, last: false });
      expect(complete(codec, '7')).to.deep.equal({ kind: 'reply', id: 7, last: true });
      expect(codec.encode({ kind: 'cancel', id: 7 })).to.equal(undefined);
    });

    it('is one by the asking, not by its document', () => {
      const codec = codecOf();
      ask(codec, 7, '{ live }', { stream: true });
      for (const data of [1, 2]) expect(next(codec, '7', { data })).to.deep.equal({ kind: 'reply', id: 7, data, last: false });
    });

    it('gives what adds to an earlier result as it is', () => {
      const codec = codecOf();
      ask(codec, 7, '{ a ... @defer { b } }', { stream: true });
      const patch = { incremental: [{ data: { b: 1 }, path: [] }], hasNext: false };
      next(codec, '7', { data: { a: 1 }, hasNext: true });
      expect(next(codec, '7', patch)).to.deep.equal({ kind: 'reply', id: 7, data: patch, last: false });
    });

    it('fails by an event with errors, and is to be stopped; one that the gateway ended is not', () => {
      const codec = codecOf();
      ask(codec, 7, 'subscription { a }', { stream: true });
      expect(next(codec, '7', { data: { a: null }, errors: [denied] })).to.include({ kind: 'failure', id: 7, last: false });
      expect(codec.encode({ kind: 'cancel', id: 7 })).to.equal('{"id":"7","type":"complete"}');
      ask(codec, 8, 'subscription { a }', { stream: true });
      expect(error(codec, '8', [denied])).to.include({ kind: 'failure', id: 8, last: true });
      expect(codec.encode({ kind: 'cancel', id: 8 })).to.equal(undefined);
    });
  });

  describe('a topic', () => {
    it('is a subscribe that counts as confirmed, under its key', () => {
      expect(listen(codecOf(), 7, 'bars:SPX', 'bars:SPX {"n":1}', { n: 1 })).to.deep.equal({
        frames: [
          '{"id":"7","type":"subscribe","payload":{"query":"subscription ($symbol: ID!) { bars(symbol: $symbol) }",' +
            '"variables":{"symbol":"SPX","n":1}}}',
        ],
        answers: [{ kind: 'confirmation', id: 7, topic: 'bars:SPX {"n":1}' }],
      });
    });

    it('has its results as notifications, to its end', () => {
      const codec = codecOf();
      listen(codec, 7, 'bars:SPX', 'bars:SPX {"n":1}');
      listen(codec, 8, 'bars:SPX', 'bars:SPX {"n":2}');
      expect(next(codec, '8', { data: { bars: 1 } })).to.deep.equal({
        kind: 'notification',
        topic: 'bars:SPX {"n":2}',
        data: { bars: 1 },
      });
      expect(complete(codec, '7')).to.deep.equal({ kind: 'ended', topic: 'bars:SPX {"n":1}' });
    });

    it('is refused by errors: at once or later, to be stopped where it goes on', () => {
      const codec = codecOf();
      listen(codec, 7);
      expect(next(codec, '7', { data: null, errors: [denied] })).to.deep.equal({
        kind: 'refusal',
        id: 7,
        code: 'DENIED',
        message: 'no',
        data: { data: null, errors: [denied] },
        last: false,
      });
      expect(codec.encode({ kind: 'unsubscribe', id: 7, topic: 'bars:SPX' })).to.equal('{"id":"7","type":"complete"}');
      listen(codec, 8);
      expect(error(codec, '8', [denied])).to.include({ kind: 'refusal', id: 8, last: true });
      expect(codec.encode({ kind: 'unsubscribe', id: 8, topic: 'bars:SPX' })).to.equal(undefined);
    });

    it('that was left has events for nobody, also when it is asked for anew', () => {
      const codec = codecOf();
      listen(codec, 7);
      codec.encode({ kind: 'unsubscribe', id: 7, topic: 'bars:SPX' });
      listen(codec, 8);
      expect(next(codec, '7', { data: 1 })).to.deep.equal({ kind: 'reply', id: 7, data: 1, last: false });
    });
  });

  describe('whole results', () => {
    it('come with their errors and extensions', () => {
      const codec = codecOf({ whole: true });
      const payload = { data: null, errors: [denied], extensions: { cost: 1 } };
      ask(codec, 7);
      expect(next(codec, '7', payload)).to.deep.equal({ kind: 'reply', id: 7, data: payload, last: true });
      listen(codec, 8);
      expect(next(codec, '8', payload)).to.deep.equal({ kind: 'notification', topic: 'bars:SPX', data: payload });
    });

    it('do not make a result of what could not be run', () => {
      const codec = codecOf({ whole: true });
      ask(codec, 7);
      expect(error(codec, '7', [denied])).to.include({ kind: 'failure', id: 7, code: 'DENIED' });
    });
  });

  it('a send runs under an id of its own, and its result is one for nobody', () => {
    const codec = codecOf();
    const frames = [1, 2].map(() => codec.encode({ kind: 'send', command: '{ a }', data: { n: 1 } }));
    expect(frames).to.deep.equal(
      [1, 2].map((n) => `{"id":"send-${n}","type":"subscribe","payload":{"query":"{ a }","variables":{"n":1}}}`),
    );
    expect(next(codec, 'send-1', { data: 1 })).to.deep.equal({ kind: 'reply', id: 'send-1', data: 1, last: false });
    expect(complete(codec, 'send-1')).to.deep.equal([]);
    expect(error(codec, 'send-2', [denied])).to.deep.include({ kind: 'failure', id: 'send-2' });
  });

  describe('errors of all shapes', () => {
    const rows: readonly (readonly [payload: unknown, code: string | number, message: string])[] = [
      [[denied, { ...plain, extensions: { code: 'OTHER' } }], 'DENIED', 'no; bad'],
      [[{ message: 'no', extensions: { code: 7 } }], 7, 'no'],
      [[{ message: 'no', extensions: { code: {} } }], 'GRAPHQL_ERROR', 'no'],
      [[{ message: 'no', extensions: null }], 'GRAPHQL_ERROR', 'no'],
      [denied, 'DENIED', 'no'],
      ['no', 'GRAPHQL_ERROR', ''],
      [null, 'GRAPHQL_ERROR', ''],
      [[], 'GRAPHQL_ERROR', ''],
    ];
    for (const [payload, code, message] of rows)
      it(`${JSON.stringify(payload)} is ${code}`, () => {
        const codec = codecOf();
        ask(codec, 7);
        expect(error(codec, '7', payload)).to.include({ kind: 'failure', id: 7, code, message });
      });

    it('of a result may be a list or not', () => {
      const codec = codecOf();
      for (const [id, errors] of [denied, [denied]].entries()) {
        ask(codec, id);
        expect(next(codec, `${id}`, { errors })).to.include({ kind: 'failure', code: 'DENIED' });
      }
      ask(codec, 7);
      expect(next(codec, '7', { data: 1, errors: [] })).to.include({ kind: 'reply', data: 1 });
      ask(codec, 8);
      expect(next(codec, '8', { data: 1, errors: null })).to.include({ kind: 'reply', data: 1 });
    });
  });

  describe('heartbeats', () => {
    it('ask, and take any pong for the answer', () => {
      const codec = codecOf();
      expect(codec.encode({ kind: 'ping', timestamp: 5 })).to.equal('{"type":"ping"}');
      for (const payload of [undefined, null, {}, 7])
        expect(read(codec, { type: 'pong', payload })).to.deep.equal({ kind: 'pong' });
    });

    it('answer with the payload of the ping, or none', () => {
      const codec = codecOf();
      const answer = () => codec.encode({ kind: 'pong' });
      expect(read(codec, { type: 'ping', payload: { x: [1] } })).to.deep.equal({ kind: 'ping' });
      expect(answer()).to.equal('{"type":"pong","payload":{"x":[1]}}');
      read(codec, { type: 'ping', payload: null });
      expect(answer()).to.equal('{"type":"pong"}');
    });
  });

  describe('the greeting', () => {
    const greetingOf = (codec: Codec): Greeting => {
      if (!codec.greeting) throw new Error('no greeting');
      return codec.greeting;
    };

    it('sends the credentials, and nothing where there are none', () => {
      const greeting = greetingOf(codecOf());
      expect(greeting.open({ token: 't' })).to.deep.equal(['{"type":"connection_init","payload":{"token":"t"}}']);
      for (const none of [undefined, null]) expect(greeting.open(none)).to.deep.equal(['{"type":"connection_init"}']);
    });

    it('refuses credentials that are no object, and does not quote them', () => {
      for (const credentials of ['secret', 7, ['secret']])
        expect(() => greetingOf(codecOf()).open(credentials)).to.throw(TypeError, /^credentials must be an object$/);
    });

    it('is accepted by the connection_ack, with its payload', () => {
      const codec = codecOf();
      const { accept } = greetingOf(codec);
      const answer = (frame: unknown) => accept(read(codec, frame) as Message);
      expect(answer({ type: 'pong' })).to.equal('wait');
      expect(answer({ type: 'ping', payload: { x: 1 } })).to.deep.equal({ send: ['{"type":"pong","payload":{"x":1}}'] });
      expect(answer({ type: 'connection_ack', payload: { user: 'ann' } })).to.deep.equal({ opened: { user: 'ann' } });
      expect(answer({ type: 'connection_ack' })).to.deep.equal({ opened: undefined });
    });

    it('is refused by anything else that comes first', () => {
      for (const frame of [{ type: 'next', id: '1', payload: {} }, { type: 'hello' }, {}]) {
        const codec = codecOf();
        const outcome = greetingOf(codec).accept(read(codec, frame) as Message);
        expect(outcome).to.have.property('refused').that.is.instanceOf(MalformedMessageError);
        expect(outcome).to.have.nested.property('refused.retryable', false);
      }
    });
  });

  it('takes a type that it does not know for what it is', () => {
    for (const body of [{ type: 'ka' }, { type: 'connection_ack' }, { type: 'subscribe', id: '1' }])
      expect(read(codecOf(), body)).to.deep.equal({ kind: 'other', body });
  });

  it('has no frame for what only servers say', () => {
    const messages: Message[] = [
      { kind: 'reply', id: 1, last: true },
      { kind: 'failure', id: 1, code: 'X' },
      { kind: 'confirmation', id: 1, topic: 't' },
      { kind: 'notification', topic: 't' },
      { kind: 'ended', topic: 't' },
    ];
    for (const message of messages) expect(codecOf().encode(message), message.kind).to.equal(undefined);
  });

  describe('what cannot be read', () => {
    const rows: readonly (readonly [frame: string, problem: string])[] = [
      ['', 'A frame is not a JSON object'],
      ['[]', 'A frame is not a JSON object'],
      ['{}', 'type must be a string'],
      ['{"type":7}', 'type must be a string'],
      ['{"type":"next","payload":{}}', 'next id must be a string'],
      ['{"type":"next","id":7,"payload":{}}', 'next id must be a string'],
      ['{"type":"error","id":null,"payload":[]}', 'error id must be a string'],
      ['{"type":"complete"}', 'complete id must be a string'],
      ['{"type":"next","id":"7"}', 'next payload must be an object'],
      ['{"type":"next","id":"7","payload":null}', 'next payload must be an object'],
      ['{"type":"next","id":"7","payload":[{"data":1}]}', 'next payload must be an object'],
      ['{"type":"next","id":"7","payload":"secret"}', 'next payload must be an object'],
    ];
    for (const [frame, problem] of rows)
      it(`${frame || 'nothing'}: ${problem}`, () => {
        const codec = codecOf();
        ask(codec, 7);
        const message = codec.decode(frame) as Extract<Message, { kind: 'malformed' }>;
        expect(message.kind).to.equal('malformed');
        expect(message.error).to.be.instanceOf(MalformedMessageError);
        expect(message.error.message).to.equal(problem);
        // The operation lives on.
        expect(next(codec, '7', { data: 1 })).to.include({ kind: 'reply', id: 7 });
      });
  });

  it('reads frames of bytes', () => {
    const codec = codecOf();
    ask(codec, 7);
    const bytes = new TextEncoder().encode('{"id":"7","type":"next","payload":{"data":"é😀"}}');
    expect(codec.decode(bytes)).to.include({ kind: 'reply', data: 'é😀' });
  });
});
