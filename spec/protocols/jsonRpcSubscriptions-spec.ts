import { expect } from 'chai';
import { type Codec, jsonRpc, jsonRpcSubscriptions, type JsonRpcSubscriptionsOptions } from 'rxgate/protocols';
import { read, written } from './jsonRpcFrames.js';

const ethereum = { subscribe: 'eth_subscribe', unsubscribe: 'eth_unsubscribe', notification: 'eth_subscription' };
const solana: JsonRpcSubscriptionsOptions = {
  subscribe: (topic, params) => [`${topic}Subscribe`, params],
  unsubscribe: (topic) => `${topic}Unsubscribe`,
};
const client = (options: JsonRpcSubscriptionsOptions): Codec => jsonRpc({ topics: jsonRpcSubscriptions(options) }).client();

describe('jsonRpcSubscriptions', () => {
  const faults: readonly (readonly [object, string])[] = [
    [{ unsubscribe: 'b' }, 'subscribe'],
    [{ subscribe: '', unsubscribe: 'b' }, 'subscribe'],
    [{ subscribe: 'a' }, 'unsubscribe'],
    [{ subscribe: 'a', unsubscribe: ['b'] }, 'unsubscribe'],
    [{ subscribe: 'a', unsubscribe: 'b', notification: 7 }, 'notification'],
    [[], 'options'],
  ];
  for (const [options, name] of faults)
    it(`refuses ${JSON.stringify(options)} by the name of the option`, () => {
      expect(() => jsonRpcSubscriptions(options as never)).to.throw(TypeError, `jsonRpcSubscriptions: ${name} must be`);
    });

  const asked: readonly (readonly [params: unknown, wire: unknown])[] = [
    [undefined, ['logs']],
    [{ address: '0x8' }, ['logs', { address: '0x8' }]],
    [true, ['logs', true]],
    [null, ['logs', null]],
    [
      [1, [2]],
      ['logs', 1, [2]],
    ],
    [[], ['logs']],
  ];
  for (const [params, wire] of asked)
    it(`asks for a topic with ${params === undefined ? 'no' : JSON.stringify(params)} params by ${JSON.stringify(wire)}`, () => {
      expect(written(client(ethereum), { kind: 'subscribe', id: 1, key: 'k', topic: 'logs', params })).to.deep.equal({
        jsonrpc: '2.0',
        id: 1,
        method: 'eth_subscribe',
        params: wire,
      });
    });

  it('confirms under the id that the gateway gives out, notifies under it, and unsubscribes it', () => {
    const codec = client(ethereum);
    codec.encode({ kind: 'subscribe', id: 1, key: 'k', topic: 'newHeads' });
    expect(read(codec, { jsonrpc: '2.0', id: 1, result: '0x9ce5' })).to.deep.equal({
      kind: 'confirmation',
      id: 1,
      topic: '0x9ce5',
    });
    const params = { subscription: '0x9ce5', result: { number: '0x1b4' } };
    expect(read(codec, { jsonrpc: '2.0', method: 'eth_subscription', params })).to.deep.equal({
      kind: 'notification',
      topic: '0x9ce5',
      data: { number: '0x1b4' },
    });
    expect(written(codec, { kind: 'unsubscribe', id: 1, topic: '0x9ce5' })).to.deep.include({
      method: 'eth_unsubscribe',
      params: ['0x9ce5'],
    });
  });

  it('makes its calls of the topic where methods are named after it, and keeps numbers numbers', () => {
    const codec = client(solana);
    const params = ['CM78', { encoding: 'jsonParsed' }];
    expect(written(codec, { kind: 'subscribe', id: 1, key: 'k', topic: 'account', params })).to.deep.include({
      method: 'accountSubscribe',
      params,
    });
    expect(read(codec, { id: 1, result: 23_784 })).to.deep.equal({ kind: 'confirmation', id: 1, topic: '23784' });
    const told = { method: 'accountNotification', params: { subscription: 23_784, result: { value: 1 } } };
    expect(read(codec, told)).to.deep.equal({ kind: 'notification', topic: '23784', data: { value: 1 } });
    expect(written(codec, { kind: 'unsubscribe', id: 1, topic: '23784' })).to.deep.include({
      method: 'accountUnsubscribe',
      params: [23_784],
    });
  });

  it('takes a result that is no id for a refusal', () => {
    for (const result of [null, true, { id: '0x1' }, undefined]) {
      const codec = client(ethereum);
      codec.encode({ kind: 'subscribe', id: 1, key: 'k', topic: 'newHeads' });
      expect(read(codec, { id: 1, result })).to.deep.include({ kind: 'refusal', id: 1, code: 'REFUSED' });
    }
  });

  it('reads notifications of another method, or of another shape, by their method', () => {
    const params = { subscription: '0x1', result: 1 };
    expect(read(client(ethereum), { method: 'other', params })).to.deep.equal({
      kind: 'notification',
      topic: 'other',
      data: params,
    });
    for (const odd of [undefined, null, 7, 'text', [], {}, { subscription: null }, { subscription: {} }])
      expect(read(client(ethereum), { method: 'eth_subscription', params: odd })).to.have.property('topic', 'eth_subscription');
  });
});
