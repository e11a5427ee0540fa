import { expect } from 'chai';
import { type Codec, jsonRpc, jsonRpcEvents } from 'rxgate/protocols';
import { read, written } from './jsonRpcFrames.js';

const client = (): Codec => {
  const codec = jsonRpc({ topics: jsonRpcEvents() }).client();
  codec.encode({ kind: 'subscribe', id: 1, key: 'feed', topic: 'feed' });
  return codec;
};

describe('jsonRpcEvents', () => {
  it('switches an event on and off by its name', () => {
    const codec = jsonRpc({ topics: jsonRpcEvents() }).client();
    expect(written(codec, { kind: 'subscribe', id: 1, key: 'feed', topic: 'feed' })).to.deep.include({
      id: 1,
      method: 'rpc.on',
      params: ['feed'],
    });
    // Without waiting for the answer: switched on again meanwhile, it would be switched off.
    expect(written(codec, { kind: 'unsubscribe', id: 1, topic: 'feed' })).to.deep.include({
      method: 'rpc.off',
      params: ['feed'],
    });
  });

  it('confirms what the gateway says ok of', () => {
    expect(read(client(), { id: 1, result: { feed: 'ok' } })).to.deep.equal({ kind: 'confirmation', id: 1, topic: 'feed' });
  });

  it('refuses for anything else, with the result as data', () => {
    for (const data of [{ feed: 'provided event invalid' }, { other: 'ok' }, {}, null, 'ok', 7])
      expect(read(client(), { id: 1, result: data })).to.deep.equal({ kind: 'refusal', id: 1, code: 'REFUSED', data });
    const error = { code: -32606, message: 'Event forbidden' };
    expect(read(client(), { id: 1, error })).to.deep.equal({ kind: 'refusal', id: 1, ...error });
  });

  it('refuses params, which an event has no place for', () => {
    expect(() => client().encode({ kind: 'subscribe', id: 2, key: 'k', topic: 'feed', params: {} })).to.throw(
      TypeError,
      'An event has no params',
    );
  });

  it('reads its notifications, and those by their method', () => {
    for (const params of [[1, 'two'], { price: 1 }, []])
      expect(read(client(), { notification: 'feed', params })).to.deep.equal({
        kind: 'notification',
        topic: 'feed',
        data: params,
      });
    expect(read(client(), { jsonrpc: '2.0', method: 'tick', params: [1] })).to.have.property('topic', 'tick');
    expect(read(client(), { notification: 7, params: [] })).to.have.property('kind', 'other');
  });
});
