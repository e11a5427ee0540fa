import { expect } from 'chai';
import { type ChannelNode, readChannels2, readChannels3 } from '../../lib/asyncapi/readChannels.js';

const at = (value: object) => ({ value, pointer: '#' });
const outline = (channels: readonly ChannelNode[]) =>
  channels.map(({ template, sends, receives }) => ({
    template,
    sends: sends.map(({ message, replies }) => [message.name, ...replies.map(({ name }) => name)].join('>')),
    receives: receives.map(({ name }) => name),
  }));
const message = (name: string) => ({ message: { name } });

describe('readChannels2', () => {
  it('takes what the others publish for what the client sends, or the other way round', () => {
    const root = at({
      channels: { '/': { publish: message('a'), subscribe: message('b') }, 'bars:{x}': { subscribe: message('c') } },
    });
    expect(outline(readChannels2(root, 'gateway'))).to.deep.equal([
      { template: undefined, sends: ['a'], receives: ['b'] },
      { template: 'bars:{x}', sends: [], receives: ['c'] },
    ]);
    expect(outline(readChannels2(root, 'client'))[0]).to.deep.include({ sends: ['b'], receives: ['a'] });
  });

  it('takes x-response for the reply', () => {
    const publish = { message: { name: 'a', 'x-response': { name: 'b' } } };
    expect(outline(readChannels2(at({ channels: { '/': { publish } } }), 'gateway'))[0]?.sends).to.deep.equal(['a>b']);
  });
});

describe('readChannels3', () => {
  const channels = {
    main: { address: '/ws', messages: { ask: {}, answer: {}, tell: {} } },
    topic: { address: 'bars:{x}', messages: { bar: {} } },
    none: { address: null, messages: { late: {} } },
  };
  const on = (channel: string, ...messages: readonly string[]) => ({
    channel: { $ref: `#/channels/${channel}` },
    ...(messages.length > 0 && { messages: messages.map((key) => ({ $ref: `#/channels/${channel}/messages/${key}` })) }),
  });
  const read = (operations: object) => readChannels3(at({ channels, operations }), 'gateway');

  it('gathers the operations of a channel, each with its messages, all of the channel where it names none', () => {
    expect(
      outline(
        read({
          ask: { action: 'receive', ...on('main', 'ask'), reply: on('main', 'answer') },
          tell: { action: 'send', ...on('main', 'tell') },
          bars: { action: 'send', ...on('topic') },
        }),
      ),
    ).to.deep.equal([
      { template: undefined, sends: ['ask>answer'], receives: ['tell'] },
      { template: 'bars:{x}', sends: [], receives: ['bar'] },
    ]);
  });

  it('takes all messages of the channel of a reply that names none', () => {
    expect(outline(read({ ask: { action: 'receive', ...on('main', 'ask'), reply: on('none') } }))[0]?.sends).to.deep.equal([
      'ask>late',
    ]);
  });

  it('refuses actions that there are not, and requests of the gateway', () => {
    expect(() => read({ a: { action: 'publish', ...on('main') } })).to.throw(
      '#/operations/a/action: must be "send" or "receive"',
    );
    expect(() => read({ a: { action: 'send', ...on('main', 'ask'), reply: on('main', 'answer') } })).to.throw(
      '#/operations/a/reply: requests that the gateway sends are not supported',
    );
    expect(() => read({ a: { action: 'send', channel: { $ref: '#/channels/nowhere' } } })).to.throw('leads to nothing');
  });
});
