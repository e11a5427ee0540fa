import { expect } from 'chai';
import { once } from 'node:events';
import { connect as connectTcp, type NetConnectOpts } from 'node:net';
import { type ClientOptions, WebSocket } from 'ws';
import { joinWrites } from '../../lib/connection/joinWrites.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { type WsServerOptions, wsServer } from '../support/wsServer.js';

describe('joinWrites', () => {
  afterEach(cleanUp);

  /** An open socket whose writes to the network are counted, and the server's side of it. */
  const opened = async (options: ClientOptions = {}, served: WsServerOptions = {}) => {
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
    const server = await wsServer(served);
    const socket = new WebSocket(server.url, { ...options, createConnection } as ClientOptions);
    socket.on('upgrade', ({ socket: stream }) => joinWrites(socket, stream, options.generateMask));
    atTestEnd(() => socket.terminate());
    await once(socket, 'open');
    wire.writes = 0;
    const connection = await server.connection(0);
    const heard: string[] = [];
    connection.socket.on('message', (data, isBinary) =>
      heard.push(`${isBinary ? 'bytes' : 'text'} ${(data as Buffer).toString()}`),
    );
    return { socket, wire, connection, heard };
  };
  const endOfTurn = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
  const sized = (length: number, fill = 'x'): string => fill.repeat(length);

  it('sends what one turn sends in one write at its end, text and bytes, in order', async () => {
    const { socket, wire, connection, heard } = await opened();
    const bytes = new Uint8Array([97, 98, 99]);
    for (const frame of ['a', bytes.subarray(1, 2), 'é', '', 'last']) socket.send(frame);
    // Who sent them may use them for something else.
    bytes.fill(0);
    expect(wire.writes).to.equal(0);
    await endOfTurn();
    expect(wire.writes).to.equal(1);
    await connection.body((body) => body === 'last');
    expect(heard).to.deep.equal(['text a', 'bytes b', 'text é', 'text ', 'text last']);
  });

  it('sends what two turns send in two', async () => {
    const { socket, wire } = await opened();
    for (const writes of [1, 2]) {
      for (const frame of ['x', 'y']) socket.send(frame);
      await new Promise(setImmediate);
      expect(wire.writes).to.equal(writes);
    }
  });

  it('carries messages of every size that has a head of its own, small ones between large ones', async () => {
    const { socket, wire, connection } = await opened();
    const lengths = [0, 1, 125, 126, 127, 65_535, 65_536, 3, 200_000, 4, 5, 70_000, 70_000, 65_000, 2_000];
    const frames = lengths.map((length, index) => sized(length, String.fromCharCode(97 + index)));
    for (const frame of frames) socket.send(frame);
    await endOfTurn();
    expect(wire.writes).to.equal(1);
    socket.send('last');
    await connection.body((body) => body === 'last');
    expect(connection.bodies.slice(0, -1)).to.deep.equal(frames);
  });

  it('counts as buffered what it has not given to the stream yet', async () => {
    const { socket } = await opened();
    expect(socket.bufferedAmount).to.equal(0);
    socket.send(sized(100));
    expect(socket.bufferedAmount).to.equal(106);
    socket.send(sized(70_000));
    expect(socket.bufferedAmount).to.equal(106 + 70_014);
    await new Promise(setImmediate);
    expect(socket.bufferedAmount).to.be.lessThan(70_120);
  });

  it('masks with what the application gave, a mask of zeroes too', async () => {
    const masks: number[] = [0, 7];
    const generateMask = (mask: Buffer): void => {
      mask.fill(masks.shift() ?? 0);
    };
    const { socket, connection } = await opened({ generateMask });
    const frames = ['one', 'two', 'three'];
    for (const frame of frames) socket.send(frame);
    await connection.body((body) => body === 'three');
    expect(connection.bodies).to.deep.equal(frames);
    expect(masks).to.deep.equal([]);
  });

  it('leaves the frames to ws where compression was agreed, in one write as well', async () => {
    const { socket, wire, connection } = await opened({}, { deflate: true });
    expect(socket.extensions).to.include('permessage-deflate');
    for (const frame of ['a', 'b', 'c']) socket.send(frame);
    await endOfTurn();
    expect(wire.writes).to.equal(1);
    socket.send(sized(100_000));
    await connection.body((body) => body === sized(100_000));
    expect(connection.bodies.slice(0, -1)).to.deep.equal(['a', 'b', 'c']);
    expect(connection.request.socket.bytesRead).to.be.lessThan(5_000);
  });

  it('sends what came before a close before it, and nothing after', async () => {
    const { socket, connection } = await opened();
    const before = connection.request.socket.bytesRead;
    socket.send('last');
    socket.close(4000, 'bye');
    socket.send('too late');
    expect(await connection.closed).to.deep.equal({ code: 4000, reason: 'bye' });
    expect(connection.bodies).to.deep.equal(['last']);
    expect(connection.request.socket.bytesRead - before).to.equal(6 + 'last'.length + 6 + 2 + 'bye'.length);
  });

  it('answers a close of the other side after what came before it', async () => {
    const { socket, connection } = await opened();
    const close = socket.close.bind(socket);
    // Called by ws when it has read the close frame.
    socket.close = (code, reason) => {
      socket.send('just before');
      close(code, reason);
    };
    connection.socket.close(4001, 'theirs');
    expect(await connection.closed).to.deep.equal({ code: 4001, reason: 'theirs' });
    expect(connection.bodies).to.deep.equal(['just before']);
  });

  it('drops what waits when the socket is terminated, without an error', async () => {
    const { socket, connection } = await opened();
    const errors: unknown[] = [];
    socket.on('error', (error) => errors.push(error));
    socket.send('never');
    socket.terminate();
    await once(socket, 'close');
    await connection.closed;
    expect([errors, connection.bodies]).to.deep.equal([[], []]);
  });
});
