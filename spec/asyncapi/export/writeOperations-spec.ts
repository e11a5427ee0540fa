import { expect } from 'chai';
import { writeOperations } from '../../../lib/asyncapi/export/writeOperations.js';

const codec = (_value: unknown): _value is unknown => true;

const none = { of: () => undefined, written: () => undefined };
const on = (channel: string, id: string) => ({
  channel: { $ref: `#/channels/${channel}` },
  messages: [{ $ref: `#/channels/${channel}/messages/${id}` }],
});

describe('writeOperations', () => {
  it('lets the gateway receive commands and send topics', () => {
    const { channels, operations, messages } = writeOperations(
      { commands: { 'a/b': { request: codec, reply: codec }, c: {} }, topics: { 't:{x}': { data: codec } } },
      { of: () => undefined, written: (entry) => (entry === 'commands["a/b"].reply' ? { type: 'null' } : undefined) },
    );
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

  it('sends what comes unasked over the connection itself, and says what each is for', () => {
    const { channels, operations, messages } = writeOperations(
      {
        commands: { a: { description: 'Asks' } },
        topics: { 'n.x': { unasked: true, description: 'Tells' }, t: { description: 'T' } },
      },
      none,
    );
    expect(operations).to.deep.equal({
      a: { action: 'receive', ...on('connection', 'a') },
      'n.x': { action: 'send', ...on('connection', 'n.x') },
      t: { action: 'send', ...on('t', 't') },
    });
    expect(channels).to.deep.include({
      connection: {
        address: null,
        messages: { a: { $ref: '#/components/messages/a' }, 'n.x': { $ref: '#/components/messages/n.x' } },
      },
    });
    expect(messages).to.deep.equal({
      a: { name: 'a', description: 'Asks' },
      'n.x': { name: 'n.x', description: 'Tells' },
      t: { name: 't', description: 'T' },
    });
    expect(Object.keys(writeOperations({ topics: { n: { unasked: true } } }, none).channels)).to.deep.equal(['connection']);
  });

  it('gives each its own id, whatever their names', () => {
    const { messages } = writeOperations({ commands: { 'a b': {}, 'a/b': {}, connection: {}, '…': {} } }, none);
    expect(Object.keys(messages)).to.deep.equal(['a_b', 'a_b2', 'connection2', 'topic']);
  });
});
