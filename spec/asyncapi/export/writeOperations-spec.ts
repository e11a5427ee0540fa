import { expect } from 'chai';
import { writeOperations } from '../../../lib/asyncapi/export/writeOperations.js';

const codec = (_value: unknown): _value is unknown => true;

describe('writeOperations', () => {
  it('lets the gateway receive commands and send topics', () => {
    const { channels, operations, messages } = writeOperations(
      { commands: { 'a/b': { request: codec, reply: codec }, c: {} }, topics: { 't:{x}': { data: codec } } },
      { of: (entry) => (entry === 'commands["a/b"].reply' ? { kind: 'null' } : undefined) },
    );
    const on = (channel: string, id: string) => ({
      channel: { $ref: `#/channels/${channel}` },
      messages: [{ $ref: `#/channels/${channel}/messages/${id}` }],
    });
    expect(operations).to.deep.equal({
      a_b: { action: 'receive', ...on('connection', 'a_b'), reply: on('connection', 'a_b.reply') },
      c: { action: 'receive', ...on('connection', 'c') },
      t_x: { action: 'send', ...on('t_x', 't_x') },
    });
    expect(messages).to.deep.equal({
      a_b: { name: 'a/b' },
      'a_b.reply': { name: 'a/b.reply', payload: { type: 'null' } },
      c: { name: 'c' },
      t_x: { name: 't:{x}' },
    });
    expect(Object.keys(channels)).to.deep.equal(['connection', 't_x']);
  });

  it('gives each its own id, whatever their names', () => {
    const { messages } = writeOperations(
      { commands: { 'a b': {}, 'a/b': {}, connection: {}, '…': {} } },
      { of: () => undefined },
    );
    expect(Object.keys(messages)).to.deep.equal(['a_b', 'a_b2', 'connection2', 'topic']);
  });
});
