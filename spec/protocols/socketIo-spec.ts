import { expect } from 'chai';
import { socketIo } from 'rxgate/protocols';

describe('socketIo', () => {
  it('leaves the heartbeat to the gateway, and has no subprotocol', () => {
    const { name, heartbeat, subprotocols, server } = socketIo();
    expect({ name, heartbeat, subprotocols, server }).to.deep.equal({
      name: 'socketIo',
      heartbeat: { mode: 'peer' },
      subprotocols: undefined,
      server: undefined,
    });
  });

  it('makes the url of Engine.IO of that of the server, or of one with a path and a query', () => {
    const { url } = socketIo({ namespace: '/chat' });
    const query = 'EIO=4&transport=websocket';
    const urls = {
      'ws://gw:81': `ws://gw:81/socket.io/?${query}`,
      'wss://gw/': `wss://gw/socket.io/?${query}`,
      'wss://gw/app/socket.io': `wss://gw/app/socket.io/?${query}`,
      'wss://gw/app/?a=b%26c&d=': `wss://gw/app/?a=b%26c&d=&${query}`,
      'wss://gw?EIO=3&transport=polling&a=1': `wss://gw/socket.io/?EIO=4&transport=websocket&a=1`,
      [`wss://gw/socket.io/?${query}`]: `wss://gw/socket.io/?${query}`,
    };
    for (const [given, made] of Object.entries(urls)) expect(url?.(given)).to.equal(made);
  });

  it('names the option that is wrong', () => {
    const wrong: readonly (readonly [options: object, text: string])[] = [
      [{ namespace: 'chat' }, 'socketIo: namespace must be a name such as "/chat", not "chat"'],
      [{ namespace: '/a,b' }, 'socketIo: namespace must be'],
      [{ namespace: '' }, 'socketIo: namespace must be'],
      [{ topics: 'join' }, 'socketIo.topics: options must be an object'],
      [{ topics: { subscribe: 7 } }, 'socketIo.topics: subscribe must be a name or a function, not 7'],
      [{ topics: { unsubscribe: '' } }, 'socketIo.topics: unsubscribe must be a name or a function'],
      [{ topics: { notification: 'x' } }, 'socketIo.topics: notification must be a function'],
      [{ failure: {} }, 'socketIo: failure must be a function'],
      [{ argumentLists: 1 }, 'socketIo: argumentLists must be true or false'],
      [{ recovery: 'no' }, 'socketIo: recovery must be true or false'],
      [{ maxAttachments: 1.5 }, 'socketIo: maxAttachments must be a whole number'],
    ];
    for (const [options, text] of wrong) expect(() => socketIo(options), text).to.throw(TypeError, text);
    expect(() => socketIo({ maxAttachments: -1 })).to.throw(RangeError, 'maxAttachments');
  });

  it('makes a codec of its own for each session', () => {
    const protocol = socketIo();
    const [one, two] = [protocol.client(), protocol.client()];
    one.decode('451-["x",{"_placeholder":true,"num":0}]');
    expect(two.decode(Uint8Array.of(1))).to.have.property('kind', 'malformed');
    expect(one.decode('40{"sid":"s1"}')).to.have.nested.property('[0].kind', 'malformed');
  });
});
