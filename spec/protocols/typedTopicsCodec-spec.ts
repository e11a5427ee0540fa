import { expect } from 'chai';
import { jsonTopicName, type Message, type TypedTopicsOptions, typedTopics } from 'rxgate/protocols';

const template = 'bars:{symbol}:{resolution}';
const aapl = { symbol: 'AAPL', resolution: '1' };

/** A codec, with what is said to it and by it in short. */
const open = (options: TypedTopicsOptions = {}) => {
  const codec = typedTopics({ topics: [template], ...options }).client();
  const encode = (message: Message): unknown => {
    const frame = codec.encode(message);
    return typeof frame === 'string' ? JSON.parse(frame) : frame;
  };
  return {
    encode,
    request: (id: number, command: string, data?: unknown) => encode({ kind: 'request', id, command, data }),
    send: (command: string, data?: unknown) => encode({ kind: 'send', command, data }),
    subscribe: (id: number, topic: string, params?: unknown) => encode({ kind: 'subscribe', id, key: topic, topic, params }),
    unsubscribe: (id: number) => encode({ kind: 'unsubscribe', id, topic: '' }),
    ping: (timestamp: number) => encode({ kind: 'ping', timestamp }),
    decode: (type: string, payload?: unknown) => codec.decode(JSON.stringify({ type, payload })),
    raw: codec.decode.bind(codec),
  };
};

describe('typedTopicsCodec', () => {
  it('writes commands as types', () => {
    const { request, send } = open();
    expect(request(1, 'orders.place', { symbol: 'AAPL' })).to.deep.equal({ type: 'orders.place', payload: { symbol: 'AAPL' } });
    expect(send('orders.note')).to.deep.equal({ type: 'orders.note' });
    expect(request(2, 'echo', null)).to.deep.equal({ type: 'echo', payload: null });
  });

  it('has nothing to cancel with', () => {
    expect(open().encode({ kind: 'cancel', id: 1 })).to.equal(undefined);
  });

  it('takes a reply as it is, unless its status says that it is an error', () => {
    const { request, decode } = open();
    for (const payload of [undefined, null, 7, 'ok', [1], { status: 'working' }, { status: 'ok', code: 7 }]) {
      request(1, 'echo');
      expect(decode('echo.response', payload), JSON.stringify(payload)).to.deep.equal({
        kind: 'reply',
        id: 1,
        data: payload,
        last: true,
      });
    }
    const failures = [
      [{ status: 'error' }, 'error', undefined],
      [{ status: 'error', code: 'NO', message: 'not today' }, 'NO', 'not today'],
      [{ status: 'error', code: 17, message: 7 }, 17, undefined],
      [{ status: 'error', code: null }, 'error', undefined],
    ] as const;
    for (const [data, code, message] of failures) {
      request(2, 'echo');
      expect(decode('echo.response', data)).to.deep.equal({ kind: 'failure', id: 2, code, message, data });
    }
  });

  it('goes by the reply types that it is told', () => {
    const { request, subscribe, decode } = open({ replyType: (command) => (command === 'get' ? 'got' : undefined) });
    request(1, 'get');
    expect(decode('got', 1)).to.include({ kind: 'reply', id: 1 });
    expect(() => request(2, 'put')).to.throw(TypeError, 'No reply');
    expect(() => subscribe(3, 'bars', aapl)).to.throw(TypeError, 'No reply');
    expect(decode('bars.update', 1)).to.include({ topic: 'bars.update' });
  });

  it('leaves nobody in line whose data cannot be written', () => {
    const { request, decode } = open();
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(() => request(1, 'echo', circle)).to.throw(TypeError);
    request(2, 'echo');
    expect(decode('echo.response', 1)).to.include({ kind: 'reply', id: 2 });
  });

  it('tells of a send that failed whoever listens, and of others nobody', () => {
    const { send, decode } = open();
    send('echo');
    send('echo');
    expect(decode('echo.response', {})).to.deep.equal([]);
    const payload = { status: 'error' };
    expect(decode('echo.response', payload)).to.deep.equal({ kind: 'other', body: { type: 'echo.response', payload } });
    expect(decode('echo.response')).to.deep.equal({ kind: 'other', body: { type: 'echo.response' } });
  });

  describe('a topic', () => {
    it('is asked for by a template that fits, with all its params', () => {
      const frame = { type: 'bars.subscribe', payload: aapl };
      expect(open().subscribe(1, 'bars:AAPL:1')).to.deep.equal(frame);
      expect(open().subscribe(1, 'bars', aapl)).to.deep.equal(frame);
      expect(open().subscribe(1, 'bars:A%3AB:1', { size: 5 })).to.deep.equal({
        type: 'bars.subscribe',
        payload: { symbol: 'A:B', resolution: '1', size: 5 },
      });
      const { subscribe } = open({ topics: ['v1.orders:{account}', 'v1.orders:{account}:{side}'] });
      const orders = (payload: object) => ({ type: 'v1.orders.subscribe', payload });
      expect(subscribe(1, 'v1.orders:ann')).to.deep.equal(orders({ account: 'ann' }));
      expect(subscribe(2, 'v1.orders:ann:buy')).to.deep.equal(orders({ account: 'ann', side: 'buy' }));
      expect(open().subscribe(1, 'orders')).to.deep.equal({ type: 'orders.subscribe', payload: {} });
    });

    it('is not asked for where nothing says by which type', () => {
      for (const name of ['quotes:AAPL:1', 'bars:AAPL', 'bars:AAPL:1:2'])
        expect(() => open().subscribe(1, name)).to.throw(TypeError, 'No template fits');
      for (const params of [7, [1]]) expect(() => open().subscribe(1, 'bars', params)).to.throw(TypeError, 'No template fits');
    });

    it('is confirmed under the name that the gateway gives, else under its own', () => {
      const { subscribe, decode } = open();
      const answers = [
        [{ status: 'ok', topic: 'other' }, 'other'],
        [{ status: 'ok', topic: null }, 'bars:AAPL:1'],
        [{ topic: 7, status: null }, 'bars:AAPL:1'],
        [{ detail: 'no status' }, 'bars:AAPL:1'],
        [undefined, 'bars:AAPL:1'],
        ['done', 'bars:AAPL:1'],
      ] as const;
      for (const [index, [payload, topic]] of answers.entries()) {
        subscribe(index, 'bars', aapl);
        expect(decode('bars.subscribe.response', payload)).to.deep.equal({ kind: 'confirmation', id: index, topic });
      }
    });

    it('is confirmed by name where several wait, whatever their order', () => {
      for (const options of [{}, { topicName: jsonTopicName }]) {
        const { subscribe, decode } = open(options);
        for (const [id, symbol] of ['A', 'B', 'C'].entries()) subscribe(id, 'bars', { symbol });
        const name = (symbol: string) => ('topicName' in options ? `bars:{"symbol":"${symbol}"}` : `bars:${symbol}`);
        const ids = ['C', 'A', 'B'].map(
          (symbol) => (decode('bars.subscribe.response', { status: 'ok', topic: name(symbol) }) as { id: number }).id,
        );
        expect(ids).to.deep.equal([2, 0, 1]);
      }
    });

    it('is refused by a status that is not ok', () => {
      const { subscribe, decode } = open();
      const payload = { status: 'denied', message: 'not for you', topic: 'bars:AAPL:1' };
      subscribe(1, 'bars', aapl);
      const fault = { kind: 'refusal', id: 1, message: 'not for you', data: payload };
      expect(decode('bars.subscribe.response', payload)).to.deep.equal({ ...fault, code: 'denied' });
      subscribe(2, 'bars', aapl);
      expect(decode('bars.subscribe.response', { status: false })).to.include({ kind: 'refusal', id: 2, code: 'false' });
    });

    it('is given up with the params that it was asked for with, once nothing else goes by its name', () => {
      const { subscribe, unsubscribe, decode } = open();
      for (const id of [1, 2]) {
        subscribe(id, id === 1 ? 'bars' : 'bars:AAPL:1', id === 1 ? aapl : undefined);
        decode('bars.subscribe.response', { status: 'ok', topic: 'theirs' });
      }
      expect(unsubscribe(1)).to.equal(undefined);
      expect(unsubscribe(2)).to.deep.equal({ type: 'bars.unsubscribe', payload: aapl });
      expect([unsubscribe(2), unsubscribe(9)]).to.deep.equal([undefined, undefined]);
      expect(decode('bars.unsubscribe.response', { status: 'ok', topic: 'theirs' })).to.deep.equal([]);
    });

    it('that was given up before its answer keeps its place', () => {
      const { subscribe, unsubscribe, decode } = open();
      subscribe(1, 'bars', aapl);
      unsubscribe(1);
      subscribe(2, 'bars', aapl);
      const answer = { status: 'ok', topic: 'bars:AAPL:1' };
      expect(decode('bars.subscribe.response', answer)).to.include({ kind: 'confirmation', id: 1 });
      expect(decode('bars.subscribe.response', answer)).to.include({ kind: 'confirmation', id: 2 });
      expect(decode('bars.update', 'bare')).to.include({ topic: 'bars:AAPL:1', data: 'bare' });
    });
  });

  describe('what comes unasked', () => {
    it('goes by the topic that it names', () => {
      const update = { topic: 'bars:AAPL:1', payload: null };
      expect(open().decode('bars.update', update)).to.deep.equal({ kind: 'notification', topic: 'bars:AAPL:1', data: null });
    });

    it('goes by the only topic of its route, else by its type', () => {
      const { subscribe, decode } = open();
      const told = () => (decode('v1.bars.update', { topic: 'x' }) as { topic: string }).topic;
      expect(told()).to.equal('v1.bars.update');
      subscribe(1, 'v1.bars', aapl);
      expect(told()).to.equal('v1.bars:AAPL:1');
      decode('v1.bars.subscribe.response', { topic: 'theirs' });
      expect(told()).to.equal('theirs');
      subscribe(2, 'v1.bars', { symbol: 'GOOG' });
      expect(told()).to.equal('v1.bars.update');
      decode('v1.bars.subscribe.response', { status: 'error' });
      expect(told()).to.equal('theirs');
      expect((decode('alert') as { topic: string }).topic).to.equal('alert');
    });

    it('is read as the application says', () => {
      const { decode } = open({
        readUpdate: (type, payload) => (type === 'tick' ? [`tick of ${payload as string}`, 1] : undefined),
      });
      expect(decode('tick', 'A')).to.deep.equal({ kind: 'notification', topic: 'tick of A', data: 1 });
      expect(decode('tock', 'A')).to.deep.equal({ kind: 'notification', topic: 'tock', data: 'A' });
    });
  });

  describe('a ping', () => {
    it('is the command that the gateway has for it', () => {
      const { ping, decode } = open({ ping: 'feature_1.ping', pong: 'feature_1.pong' });
      expect(ping(5)).to.deep.equal({ type: 'feature_1.ping' });
      expect(decode('feature_1.pong')).to.deep.equal({ kind: 'pong' });
      expect(decode('feature_1.pong')).to.include({ kind: 'other' });
    });

    it('asks for the first topic once more, or for nothing', () => {
      const { ping, subscribe, unsubscribe, decode } = open();
      const none = { frames: [], answers: [{ kind: 'pong' }] };
      expect(ping(5)).to.deep.equal(none);
      subscribe(1, 'bars', aapl);
      const answer = { status: 'ok', topic: 'bars:AAPL:1' };
      decode('bars.subscribe.response', answer);
      expect(ping(6)).to.deep.equal({ type: 'bars.subscribe', payload: aapl });
      // One that is asked for meanwhile, with the same name, has to wait for its own answer.
      subscribe(2, 'bars:AAPL:1');
      expect(decode('bars.subscribe.response', answer)).to.deep.equal({ kind: 'pong' });
      expect(decode('bars.subscribe.response', answer)).to.include({ kind: 'confirmation', id: 2 });
      for (const id of [1, 2]) unsubscribe(id);
      expect(ping(5)).to.deep.equal(none);
    });

    it('whose topic is refused ends that topic, if it is there still', () => {
      const { ping, subscribe, unsubscribe, decode } = open();
      const data = { status: 'error', message: 'no more' };
      for (const leaves of [false, true]) {
        subscribe(1, 'bars', aapl);
        decode('bars.subscribe.response', { status: 'ok' });
        ping(6);
        if (leaves) unsubscribe(1);
        const pong = { kind: 'pong' };
        const refusal = { kind: 'refusal', id: 1, code: 'error', message: 'no more', data };
        expect(decode('bars.subscribe.response', data)).to.deep.equal(leaves ? pong : [pong, refusal]);
        expect(unsubscribe(1)).to.equal(undefined);
      }
    });
  });

  it('says what is wrong with a frame, and does not quote it', () => {
    const { raw } = open();
    const texts = {
      '{"secret': 'A frame is not a JSON object',
      '["secret"]': 'A frame is not a JSON object',
      '{"payload":"secret"}': 'message: type must be a non-empty string, not undefined',
      '{"type":{"secret":1}}': 'message: type must be a non-empty string, not object',
    };
    for (const [frame, text] of Object.entries(texts)) {
      const message = raw(frame) as Message;
      expect(message.kind === 'malformed' && message.error.message, frame).to.equal(text);
    }
  });

  it('keeps ten thousand topics apart, whether the gateway names them as expected or not', () => {
    for (const named of ['bars:', 'other ']) {
      const { subscribe, decode } = open();
      for (let id = 0; id < 10_000; id++) subscribe(id, 'bars', { symbol: `S${id}` });
      for (let id = 0; id < 10_000; id++)
        expect(decode('bars.subscribe.response', { topic: `${named}S${id}` })).to.include({ id, topic: `${named}S${id}` });
    }
  });
});
