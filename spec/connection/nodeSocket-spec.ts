import { expect } from 'chai';
import { once } from 'node:events';
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
