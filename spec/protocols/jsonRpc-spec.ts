import { expect } from 'chai';
import { type Codec, jsonRpc, type JsonRpcOptions, jsonRpcEvents } from 'rxgate/protocols';
import { read, written } from './jsonRpcFrames.js';

const request = { kind: 'request', id: 7, command: 'subtract' } as const;

describe('jsonRpc', () => {
  it('is plain data: no subprotocol, and frames of notifications and sends that are the same for all sessions', () => {
    const { client, server, ...rest } = jsonRpc();
    expect(rest).to.deep.equal({ name: 'jsonRpc', shared: ['notification', 'send'] });
    expect(client()).not.to.equal(client());
    expect(server?.()).not.to.equal(server?.());
  });

  const faults: readonly (readonly [unknown, string])[] = [
    [null, 'options'],
    [[], 'options'],
    [{ jsonrpc: '2.0' }, 'jsonrpc'],
    [{ topics: {} }, 'topics'],
    [{ scope: '' }, 'scope'],
    [{ params: ['token:x'] }, 'params'],
    [{ cancel: '$/cancelRequest' }, 'cancel'],
    [{ ping: 7 }, 'ping'],
    [{ ping: '' }, 'ping'],
  ];
  for (const [options, name] of faults)
    it(`refuses ${JSON.stringify(options)} by the name of the option`, () => {
      expect(() => jsonRpc(options as JsonRpcOptions)).to.throw(TypeError, `jsonRpc: ${name} must be`);
    });

  it('takes undefined for an option that is left out', () => {
    const codec = jsonRpc({ jsonrpc: undefined, ping: undefined, topics: undefined }).client();
    expect(written(codec, { kind: 'ping' })).to.deep.include({ jsonrpc: '2.0', method: 'rpc.ping' });
  });

  it('writes the version 2.0 in each frame, unless told otherwise', () => {
    for (const [options, version] of [
      [{}, { jsonrpc: '2.0' }],
      [{ jsonrpc: false }, {}],
    ] as const) {
      const codec = jsonRpc(options).client();
      expect(written(codec, request)).to.deep.equal({ ...version, id: 7, method: 'subtract' });
      expect(written(codec, { kind: 'send', command: 'update' })).to.deep.equal({ ...version, method: 'update' });
      expect(written(codec, { kind: 'reply', id: 'a', data: 19, last: true })).to.deep.equal({ ...version, id: 'a', result: 19 });
    }
  });

  describe('params', () => {
    it('makes the params of all that is called, and of nothing else', () => {
      const calls: unknown[] = [];
      const codec = jsonRpc({
        topics: jsonRpcEvents(),
        params: (method, data = []) => {
          calls.push([method, data]);
          return ['token:secret', ...(data as readonly unknown[])];
        },
      }).client();
      const params = (message: Parameters<Codec['encode']>[0]) => (written(codec, message) as { params: unknown }).params;
      expect(params({ ...request, data: [42, 23] })).to.deep.equal(['token:secret', 42, 23]);
      expect(params({ kind: 'send', command: 'update' })).to.deep.equal(['token:secret']);
      expect(params({ kind: 'ping' })).to.deep.equal(['token:secret']);
      expect(params({ kind: 'subscribe', id: 8, key: 'feed', topic: 'feed' })).to.deep.equal(['token:secret', 'feed']);
      expect(params({ kind: 'unsubscribe', id: 8, topic: 'feed' })).to.deep.equal(['token:secret', 'feed']);
      expect(params({ kind: 'reply', id: 'theirs', data: [1], last: true })).to.equal(undefined);
      expect(calls).to.deep.equal([
        ['subtract', [42, 23]],
        ['update', []],
        ['rpc.ping', []],
        ['rpc.on', ['feed']],
        ['rpc.off', ['feed']],
      ]);
    });
  });

  describe('scope', () => {
    const codec = jsonRpc({ jsonrpc: false, scope: 'sessionId' }).client();

    it('puts what stands before the first slash of a name beside the method', () => {
      expect(written(codec, { ...request, command: 'A1/Page.navigate', data: { url: 'about:blank' } })).to.deep.equal({
        id: 7,
        method: 'Page.navigate',
        params: { url: 'about:blank' },
        sessionId: 'A1',
      });
      expect(written(codec, { kind: 'send', command: 'A1/text/save' })).to.deep.equal({ method: 'text/save', sessionId: 'A1' });
    });

    it('is left out of a name without one', () => {
      for (const command of ['Browser.getVersion', '/Browser.getVersion'])
        expect(written(codec, { ...request, command })).to.deep.equal({ id: 7, method: 'Browser.getVersion' });
    });

    it('stands before the names of what comes in', () => {
      const event = { method: 'Page.loadEventFired', params: { timestamp: 1 } };
      expect(read(codec, { ...event, sessionId: 'A1' })).to.deep.equal({
        kind: 'notification',
        topic: 'A1/Page.loadEventFired',
        data: { timestamp: 1 },
      });
      expect(read(codec, { ...event, sessionId: 7 })).to.have.property('topic', 'Page.loadEventFired');
      expect(read(codec, event)).to.have.property('topic', 'Page.loadEventFired');
      expect(read(codec, { id: 'x', method: 'ask', sessionId: 'A1' })).to.deep.equal({
        kind: 'request',
        id: 'x',
        command: 'A1/ask',
      });
    });

    it('leaves slashes alone where it is not asked for', () => {
      const lsp = jsonRpc().client();
      expect(written(lsp, { ...request, command: 'textDocument/hover' })).to.have.property('method', 'textDocument/hover');
      expect(read(lsp, { method: '$/progress', sessionId: 'A1' })).to.have.property('topic', '$/progress');
    });
  });

  describe('cancel', () => {
    it('is a notification of your making', () => {
      const codec = jsonRpc({ cancel: (id) => ['$/cancelRequest', { id }] }).client();
      expect(written(codec, { kind: 'cancel', id: 7 })).to.deep.equal({
        jsonrpc: '2.0',
        method: '$/cancelRequest',
        params: { id: 7 },
      });
    });

    it('is nothing by default', () => {
      expect(jsonRpc().client().encode({ kind: 'cancel', id: 7 })).to.equal(undefined);
    });
  });

  it('pings with the method that it is told, and takes that for a ping of the other side', () => {
    const codec = jsonRpc({ ping: 'system.listMethods' }).client();
    expect(written(codec, { kind: 'ping' })).to.have.property('method', 'system.listMethods');
    expect(read(codec, { id: 1, method: 'system.listMethods' })).to.deep.equal({ kind: 'ping', timestamp: 1 });
    expect(read(codec, { id: 1, method: 'rpc.ping' })).to.deep.equal({ kind: 'request', id: 1, command: 'rpc.ping' });
  });
});
