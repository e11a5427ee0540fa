import { expect } from 'chai';
import { once } from 'node:events';
import { connect as connectTcp, type NetConnectOpts, type Socket } from 'node:net';
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

  describe('writes', () => {
    /** The client's writes to the network. */
    const counting = async () => {
      const wire = { writes: 0 };
      const createConnection = (to: NetConnectOpts) => {
        const stream = connectTcp({ ...to, path: undefined } as NetConnectOpts);
        for (const method of ['_write', '_writev'] as const) {
          const write = (stream[method] as (...parameters: unknown[]) => void).bind(stream);
          stream[method] = (...parameters: unknown[]) => {
            wire.writes++;
            write(...parameters);
          };
        }
        return stream;
      };
      const { server, socket } = await opening({}, { socketOptions: { createConnection } });
      await once(socket, 'open');
      wire.writes = 0;
      return { socket, wire, connection: await server.connection(0) };
    };
    const endOfTurn = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

    it('of one turn are one write at its end, text and bytes, in order', async () => {
      const { socket, wire, connection } = await counting();
      const heard: unknown[] = [];
      connection.socket.on('message', (data, isBinary) =>
        heard.push(`${isBinary ? 'bytes' : 'text'} ${(data as Buffer).toString()}`),
      );
      for (const frame of ['a', new Uint8Array([98]), 'c']) socket.send(frame);
      expect(wire.writes).to.equal(0);
      await endOfTurn();
      expect(wire.writes).to.equal(1);
      await connection.body((body) => body === 'c');
      expect(heard).to.deep.equal(['text a', 'bytes b', 'text c']);
    });

    it('of a turn with very many leave before its end, in order, so that the other side need not wait for all', async () => {
      const { socket, wire, connection } = await counting();
      const frames = Array.from({ length: 10 }, (_, index) => `${index}`.padEnd(20_000, '.'));
      for (const [index, frame] of frames.entries()) {
        socket.send(frame);
        expect(wire.writes > 0).to.equal(index >= 3);
      }
      await connection.body((body) => body === frames[9]);
      expect(connection.bodies).to.deep.equal(frames);
      expect(wire.writes).to.be.within(2, 3);
    });

    it('that are made at the end of the turn leave before a close frame is answered that came in it', async () => {
      const { socket, connection } = await counting();
      socket.once('message', () => (socket as SocketLike).atTurnEnd?.(() => socket.send('answer')));
      const stream = (connection.socket as unknown as { readonly _socket: Socket })._socket;
      stream.cork();
      connection.send('question');
      connection.socket.close(4000);
      stream.uncork();
      expect((await connection.closed).code).to.equal(4000);
      expect(connection.bodies).to.include('answer');
    });

    it('that are made at the end of the turn leave with it', async () => {
      const { socket, wire, connection } = await counting();
      socket.send('a');
      (socket as SocketLike).atTurnEnd?.(() => socket.send('b'));
      await new Promise(setImmediate);
      expect(wire.writes).to.be.within(1, 2);
      await connection.body((body) => body === 'b');
      expect(connection.bodies).to.deep.equal(['a', 'b']);
    });

    it('of two turns are two', async () => {
      const { socket, wire } = await counting();
      for (const writes of [1, 2]) {
        for (const frame of ['x', 'y']) socket.send(frame);
        await new Promise(setImmediate);
        expect(wire.writes).to.equal(writes);
      }
    });

    it('of the turn of a close come before it', async () => {
      const { socket, connection } = await counting();
      socket.send('last');
      socket.close(4000, 'bye');
      expect(await connection.closed).to.deep.equal({ code: 4000, reason: 'bye' });
      expect(connection.bodies).to.deep.equal(['last']);
    });
  });
});
