import { expect } from 'chai';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { openSocket } from '../../lib/connection/nodeSocket.js';
import type { SocketLike, SocketOptions } from '../../lib/connection/socketLike.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { refuseWith } from '../support/refusals.js';
import { type WsServerOptions, wsServer } from '../support/wsServer.js';

describe('openSocket of Node', () => {
  afterEach(cleanUp);

  const opening = async (served: WsServerOptions = {}, options: SocketOptions = {}, protocols: readonly string[] = []) => {
    const lines: string[] = [];
    const server = await wsServer(served);
    const socket = openSocket(server.url, protocols, options, {
      rejected: (verdict, errorWith) => {
        lines.push(`${errorWith({}).message} ${JSON.stringify(verdict)}`);
      },
      alive: (pong) => lines.push(pong ? 'pong' : 'ping'),
    }) as unknown as WebSocket;
    socket.on('error', () => lines.push('error'));
    atTestEnd(() => socket.terminate());
    return { server, socket, lines };
  };

  const refusals: readonly (readonly [number, Readonly<Record<string, string>>, string])[] = [
    [401, {}, 'The upgrade was refused with HTTP 401 "refresh"'],
    [403, { 'Retry-After': '7' }, 'The upgrade was refused with HTTP 403 "final"'],
    [503, {}, 'The upgrade was refused with HTTP 503 "retry"'],
    [503, { 'Retry-After': '7' }, 'The upgrade was refused with HTTP 503 {"retryAfter":7000}'],
    [200, {}, 'The upgrade was refused with HTTP 200 "retry"'],
  ];
  for (const [status, headers, line] of refusals)
    it(`tells the verdict on HTTP ${status} with ${JSON.stringify(headers)}, before the error event`, async () => {
      const { socket, lines } = await opening({ refuse: (_index, stream) => refuseWith(stream, status, headers) });
      // `once` of node:events would reject with the error event.
      await new Promise((resolve) => socket.on('close', resolve));
      expect(lines).to.deep.equal([line, 'error']);
    });

  it('sends headers and subprotocols, and gives socketOptions to ws', async () => {
    const options = { headers: { 'X-One': '1' }, socketOptions: { perMessageDeflate: false, origin: 'http://here' } };
    const { server } = await opening({}, options, ['a', 'b']);
    const { headers } = await server.upgrade(0);
    expect(headers).to.include({ 'x-one': '1', origin: 'http://here', 'sec-websocket-protocol': 'a,b' });
    expect(headers).to.not.have.property('sec-websocket-extensions');
    expect(options.headers).to.deep.equal({ 'X-One': '1' });
  });

  it('sends the headers of socketOptions too, where headers do not name them', async () => {
    const options = { headers: { 'X-One': '1' }, socketOptions: { headers: { 'X-One': '2', 'X-Two': '2' } } };
    const { server } = await opening({}, options);
    expect((await server.upgrade(0)).headers).to.include({ 'x-one': '1', 'x-two': '2' });
  });

  it('tells texts and bytes without an event', async () => {
    const { server, socket } = await opening();
    const connection = await server.connection(0);
    const heard: unknown[] = [];
    socket.binaryType = 'arraybuffer';
    (socket as SocketLike).listen?.((data) => heard.push(data));
    await once(socket, 'open');
    for (const frame of ['é', new Uint8Array([1, 2])]) {
      const came = once(socket, 'message');
      connection.socket.send(frame);
      await came;
    }
    expect(heard[0]).to.equal('é');
    expect(new Uint8Array(heard[1] as ArrayBuffer)).to.deep.equal(new Uint8Array([1, 2]));
  });

  it('tells what came with the answer to the upgrade', async () => {
    const heard: string[] = [];
    const { server, socket } = await opening({
      // In one write.
      refuse: (_index, stream) => {
        stream.cork();
        setImmediate(() => stream.uncork());
        return false;
      },
      onConnection: ({ socket: theirs }) => {
        for (const frame of ['1', '2']) theirs.send(frame);
      },
    });
    // As the transport does: in the event.
    socket.on('open', () => (socket as SocketLike).listen?.((data, more) => heard.push(`${String(data)}${more ? '+' : ''}`)));
    const { socket: theirs } = await server.connection(0);
    const last = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => {
        if (String(data) === '3') resolve();
      });
    });
    setImmediate(() => theirs.send('3'));
    await last;
    expect(heard.map(([body]) => body)).to.deep.equal(['1', '2', '3']);
    expect(heard.slice(0, 2)).to.deep.equal(['1', '2+']);
  });

  for (const [what, options, served, expected] of [
    ['tells which frames came with the one before', { perMessageDeflate: false }, {}, ['1', '2+', '3+', '4', '5+']],
    ['takes each for itself where it is inflated by itself', {}, { compresses: true }, ['1', '2', '3', '4', '5']],
    [
      'takes each for itself where it has a turn of its own',
      { perMessageDeflate: false, allowSynchronousEvents: false },
      {},
      ['1', '2', '3', '4', '5'],
    ],
  ] as const)
    it(what, async () => {
      const { server, socket } = await opening(served, { socketOptions: options });
      const heard: string[] = [];
      const came = (count: number): Promise<void> =>
        new Promise((resolve) => {
          const look = (): void => {
            if (heard.length < count) return;
            socket.off('message', look);
            resolve();
          };
          socket.on('message', look);
        });
      await once(socket, 'open');
      (socket as SocketLike).listen?.((data, more) => heard.push(`${String(data)}${more ? '+' : ''}`));
      const { socket: theirs } = await server.connection(0);
      const stream = (theirs as unknown as { readonly _socket: Socket })._socket;
      for (const [frames, count] of [
        ['123', 3],
        ['45', 5],
      ] as const) {
        stream.cork();
        for (const frame of frames) theirs.send(frame);
        const all = came(count);
        setImmediate(() => stream.uncork());
        await all;
      }
      expect(heard).to.deep.equal(expected);
    });

  it('tells of pings and pongs', async () => {
    const { server, socket, lines } = await opening();
    const connection = await server.connection(0);
    await once(socket, 'open');
    connection.socket.ping();
    await once(socket, 'ping');
    socket.ping();
    await once(socket, 'pong');
    expect(lines).to.deep.equal(['ping', 'pong']);
  });
});
