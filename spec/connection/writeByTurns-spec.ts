import { expect } from 'chai';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type ClientOptions, WebSocket } from 'ws';
import type { SocketLike } from '../../lib/connection/socketLike.js';
import { writeByTurns } from '../../lib/connection/writeByTurns.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { countedConnection } from '../support/countedConnection.js';
import { wsServer } from '../support/wsServer.js';

describe('writeByTurns: writes', () => {
  afterEach(cleanUp);

  /** The client's writes to the network. */
  const counting = async () => {
    const { wire, createConnection } = countedConnection();
    const server = await wsServer();
    const socket: WebSocket & Pick<SocketLike, 'atTurnEnd'> = new WebSocket(server.url, { createConnection } as ClientOptions);
    writeByTurns(socket);
    atTestEnd(() => {
      socket.terminate();
    });
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
    socket.once('message', () => socket.atTurnEnd?.(() => socket.send('answer')));
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
    socket.atTurnEnd?.(() => socket.send('b'));
    await new Promise(setImmediate);
    expect(wire.writes).to.equal(1);
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
