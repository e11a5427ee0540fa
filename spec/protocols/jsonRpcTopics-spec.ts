import { expect } from 'chai';
import { type Codec, jsonRpc, type JsonRpcTopicCalls, jsonRpcTopics, type Message } from 'rxgate/protocols';
import { owed, read, written } from './jsonRpcFrames.js';

/** A gateway that names what it grants. */
const named: JsonRpcTopicCalls = {
  subscribe: (topic, params) => (topic === 'local' ? undefined : ['watch', { topic, params }]),
  unsubscribe: (name, topic) => (name === undefined ? undefined : topic === 'kept' ? undefined : ['unwatch', { name }]),
  confirm: (result) => (typeof result === 'number' || typeof result === 'string' ? result : undefined),
  notification: ({ event, body }) => (typeof event === 'number' ? [event, body] : undefined),
};
const client = (calls: Partial<JsonRpcTopicCalls> = {}): Codec =>
  jsonRpc({ topics: jsonRpcTopics({ ...named, ...calls }) }).client();
const subscribe = (id: number, topic = 'bars', params?: unknown): Message => ({ kind: 'subscribe', id, key: 'k', topic, params });
const unsubscribe = (id: number, topic = 'bars'): Message => ({ kind: 'unsubscribe', id, topic });

describe('jsonRpcTopics', () => {
  it('refuses what is no function, by its name', () => {
    for (const name of ['subscribe', 'unsubscribe', 'confirm', 'notification'])
      expect(() => jsonRpcTopics({ ...named, [name]: 'eth_subscribe' })).to.throw(
        TypeError,
        `jsonRpcTopics: ${name} must be a function`,
      );
    expect(() => jsonRpcTopics(undefined as never)).to.throw(TypeError, 'jsonRpcTopics: calls must be an object');
  });

  it('asks with the call that it is given, under the id of the subscribe', () => {
    expect(written(client(), subscribe(5, 'bars', { symbol: 'SPX' }))).to.deep.equal({
      jsonrpc: '2.0',
      id: 5,
      method: 'watch',
      params: { topic: 'bars', params: { symbol: 'SPX' } },
    });
  });

  it('confirms under the name of the gateway, which the notifications come under', () => {
    const codec = client();
    codec.encode(subscribe(5));
    expect(read(codec, { id: 5, result: 17 })).to.deep.equal({ kind: 'confirmation', id: 5, topic: '17' });
    expect(read(codec, { event: 17, body: [1] })).to.deep.equal({ kind: 'notification', topic: '17', data: [1] });
  });

  it('needs no confirmation to read a notification: one may overtake it', () => {
    expect(read(client(), { event: 17, body: [1] })).to.deep.equal({ kind: 'notification', topic: '17', data: [1] });
  });

  it('reads by its method what is no notification of a topic, and never what has an id', () => {
    expect(read(client(), { method: 'tick', params: [1] })).to.deep.equal({ kind: 'notification', topic: 'tick', data: [1] });
    expect(read(client(), { event: 17, id: 'x', method: 'ask' })).to.have.property('kind', 'request');
    expect(read(client(), { event: 17, id: 1, result: 2 })).to.have.property('kind', 'reply');
  });

  it('refuses with the code, the text and the data of an error reply', () => {
    const codec = client();
    codec.encode(subscribe(5));
    const error = { code: -32602, message: 'Invalid params', data: { symbol: 'SPX' } };
    expect(read(codec, { id: 5, error })).to.deep.equal({ kind: 'refusal', id: 5, ...error });
    expect(read(codec, { id: 5, error })).to.have.property('kind', 'failure');
  });

  it('refuses where the result is no grant, with the result as data', () => {
    const codec = client();
    codec.encode(subscribe(5));
    expect(read(codec, { id: 5, result: { no: 'such' } })).to.deep.equal({
      kind: 'refusal',
      id: 5,
      code: 'REFUSED',
      data: { no: 'such' },
    });
  });

  it('takes replies to requests for what they are, and a second answer to a subscribe for a stray', () => {
    const codec = client();
    codec.encode(subscribe(5));
    expect(read(codec, { id: 4, result: 17 })).to.have.property('kind', 'reply');
    read(codec, { id: 5, result: 17 });
    expect(read(codec, { id: 5, result: 18 })).to.have.property('kind', 'reply');
  });

  it('gives a topic up by its name, in a call of its own whose answer is nobody’s', () => {
    const codec = client();
    codec.encode(subscribe(5));
    read(codec, { id: 5, result: 17 });
    const { id, ...call } = written(codec, unsubscribe(5)) as { id: number };
    expect(call).to.deep.equal({ jsonrpc: '2.0', method: 'unwatch', params: { name: 17 } });
    expect(id).to.be.within(2 ** 31 - 10, 2 ** 31 - 1);
    expect(read(codec, { id, result: true })).to.deep.equal([]);
    const failed = { id, error: { code: 1, message: 'No such name' } };
    expect(read(codec, failed)).to.deep.equal({ kind: 'other', body: failed });
    expect(codec.encode(unsubscribe(5))).to.equal(undefined);
  });

  it('gives a topic up that was not confirmed as soon as it is, in a frame that is owed', () => {
    const codec = client();
    codec.encode(subscribe(5));
    expect(codec.encode(unsubscribe(5))).to.equal(undefined);
    expect(owed(codec)).to.deep.equal([]);
    expect(read(codec, { id: 5, result: 17 })).to.deep.equal({ kind: 'confirmation', id: 5, topic: '17' });
    expect(owed(codec)).to.deep.equal([{ jsonrpc: '2.0', id: 2 ** 31 - 1, method: 'unwatch', params: { name: 17 } }]);
    // Once is enough.
    expect(codec.encode(unsubscribe(5))).to.equal(undefined);
  });

  it('owes nothing for one that was given up and then refused', () => {
    const codec = client();
    codec.encode(subscribe(5));
    codec.encode(unsubscribe(5));
    expect(read(codec, { id: 5, error: { code: 1, message: 'No' } })).to.have.property('kind', 'refusal');
    expect(owed(codec)).to.deep.equal([]);
  });

  it('gives a topic up at once where that needs no name, so that asking again comes after', () => {
    const codec = client({ unsubscribe: (_name, topic) => ['unwatch', { topic }] });
    codec.encode(subscribe(5));
    expect(written(codec, unsubscribe(5))).to.deep.include({ method: 'unwatch', params: { topic: 'bars' } });
    read(codec, { id: 5, result: 17 });
    expect(owed(codec)).to.deep.equal([]);
  });

  it('gives the calls that unsubscribe the params of the topic', () => {
    const codec = client({ unsubscribe: (name, topic, params) => ['unwatch', { name, topic, params }] });
    codec.encode(subscribe(5, 'bars', { symbol: 'SPX' }));
    read(codec, { id: 5, result: 17 });
    expect(written(codec, unsubscribe(5))).to.have.deep.property('params', {
      name: 17,
      topic: 'bars',
      params: { symbol: 'SPX' },
    });
  });

  it('says nothing where there is nothing to say', () => {
    const codec = client();
    codec.encode(subscribe(5, 'kept'));
    read(codec, { id: 5, result: 17 });
    expect(codec.encode(unsubscribe(5, 'kept'))).to.equal(undefined);
  });

  it('leaves topics that need no call to be confirmed at once', () => {
    expect(client().encode(subscribe(5, 'local'))).to.deep.equal({
      frames: [],
      answers: [{ kind: 'confirmation', id: 5, topic: 'local' }],
    });
    expect(() => client().encode(subscribe(5, 'local', [1]))).to.throw(TypeError, 'has no params');
  });

  it('forgets a subscribe that could not be sent', () => {
    const codec = client({ subscribe: () => ['watch', 7] });
    expect(() => codec.encode(subscribe(5))).to.throw(TypeError, 'params must be');
    expect(read(codec, { id: 5, result: 17 })).to.have.property('kind', 'reply');
  });

  it('is for clients: a server reads what it is sent as it is', () => {
    const server = jsonRpc({ topics: jsonRpcTopics({ ...named, notification: () => ['t', 1] }) }).server?.() as Codec;
    expect(read(server, { method: 'watch', params: [1] })).to.deep.equal({ kind: 'send', command: 'watch', data: [1] });
  });
});
