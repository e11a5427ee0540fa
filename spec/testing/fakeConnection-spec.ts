import { expect } from 'chai';
import type { SocketLike } from '../../lib/connection/socketLike.js';
import type { SocketHooks } from '../../lib/connection/socketLike.js';
import { prepareFrame } from '../../lib/server/prepareFrame.js';
import { createFakeConnection, type FakeRefusal } from '../../lib/testing/fakeConnection.js';
import { frozenTime } from './virtualTime.js';

describe('createFakeConnection', () => {
  const time = frozenTime();
  const latency = 5;

  const connecting = (refusal?: FakeRefusal, subprotocol?: string) => {
    const lines: string[] = [];
    const frames: unknown[] = [];
    const hooks = {
      rejected: (...[verdict, errorWith]: Parameters<SocketHooks['rejected']>) =>
        lines.push(`${errorWith({}).message}: ${JSON.stringify(verdict)}`),
      alive: (pong: boolean) => void lines.push(pong ? 'pong' : 'ping'),
    };
    const connection = createFakeConnection(
      latency,
      hooks,
      {
        asked: (answer) => answer(refusal),
        opened: () => lines.push('gateway opened'),
        frame: (frame) => frames.push(frame),
        closed: (code, reason) => lines.push(`gateway closed ${code} ${reason}`),
      },
      subprotocol,
    );
    const { socket } = connection;
    const handlers: Partial<SocketLike> = {
      onopen: () => lines.push('client opened'),
      onmessage: ({ data }: { data: unknown }) => frames.push(data),
      onerror: ({ error }: { error: Error & { code?: string } }) => lines.push(`client error ${error.code ?? error.message}`),
      onclose: ({ code, reason, wasClean }: { code: number; reason: string; wasClean: boolean }) =>
        lines.push(`client closed ${code} ${reason} ${wasClean}`),
    };
    Object.assign(socket, handlers);
    return { connection, socket, lines, frames };
  };
  const connected = () => {
    const all = connecting();
    time.tick(20);
    all.lines.length = 0;
    return all;
  };

  it('opens at the gateway one latency later, and at the client after another', () => {
    const { connection, socket, lines } = connecting();
    time.tick(latency);
    expect([lines, connection.open, socket.readyState]).to.deep.equal([['gateway opened'], true, 0]);
    time.tick(latency);
    expect(lines).to.deep.equal(['gateway opened', 'client opened']);
    expect(socket.readyState).to.equal(1);
  });

  it('delivers what was prepared for many peers as the text or the bytes that it was', () => {
    const { connection, frames } = connected();
    connection.write(prepareFrame('ä'));
    connection.write(prepareFrame(Uint8Array.of(1, 2)));
    time.tick(latency);
    expect(frames).to.deep.equal(['ä', Uint8Array.of(1, 2).buffer]);
  });

  const refusals: readonly (readonly [FakeRefusal, readonly string[]])[] = [
    [{}, ['client error ECONNREFUSED']],
    [{ status: 403 }, ['The upgrade was refused with HTTP 403: "final"', 'client error The fake gateway refuses']],
  ];
  for (const [refusal, said] of refusals)
    it(`is refused with ${JSON.stringify(refusal)}: an error, then a close, and the gateway hears nothing`, () => {
      const { lines, connection } = connecting(refusal);
      time.tick(20);
      expect(lines).to.deep.equal([...said, 'client closed 1006  false']);
      expect(connection.open).to.equal(false);
    });

  it('has its subprotocol once it is open', () => {
    const { socket } = connecting(undefined, 'v2');
    expect(socket.protocol).to.equal('');
    time.tick(20);
    expect(socket.protocol).to.equal('v2');
  });

  it('is answered a ping two latencies later, unless the gateway has left meanwhile', () => {
    const { connection, socket, lines } = connected();
    socket.ping?.();
    time.tick(2 * latency - 1);
    expect(lines).to.deep.equal([]);
    time.tick(1);
    expect(lines).to.deep.equal(['pong']);
    socket.ping?.();
    connection.close(1006, '');
    time.tick(20);
    socket.ping?.();
    time.tick(20);
    expect(lines).to.deep.equal(['pong', 'client closed 1006  false']);
  });

  it('carries text and copies of bytes both ways', () => {
    const { connection, socket, frames } = connected();
    const bytes = new Uint8Array([1, 2]);
    socket.send('a');
    socket.send(bytes);
    connection.write('b');
    connection.write(bytes);
    bytes.fill(9);
    time.tick(latency);
    expect(frames).to.deep.equal(['a', new Uint8Array([1, 2]), 'b', new Uint8Array([1, 2]).buffer]);
  });

  it('closes from the client with a handshake: what it sent before arrives, what the gateway says meanwhile does not', () => {
    const { connection, socket, lines, frames } = connected();
    socket.send('last');
    socket.close(4000, 'bye');
    socket.close(4001);
    socket.send('too late');
    connection.write('unheard');
    time.tick(latency);
    expect(lines).to.deep.equal(['gateway closed 4000 bye']);
    time.tick(latency);
    expect(lines.slice(1)).to.deep.equal(['client closed 4000 bye true']);
    expect(frames).to.deep.equal(['last']);
    expect(socket.readyState).to.equal(3);
  });

  it('closes with 1005 where the client gives no code', () => {
    const { socket, lines } = connected();
    socket.close();
    time.tick(20);
    expect(lines).to.deep.equal(['gateway closed 1005 ', 'client closed 1005  true']);
  });

  it('is terminated by the client at once on its side, and vanishes for the gateway', () => {
    const { connection, socket, lines, frames } = connected();
    connection.write('unheard');
    socket.terminate?.();
    expect(lines).to.deep.equal([]);
    time.tick(1);
    expect(lines).to.deep.equal(['client closed 1006  false']);
    time.tick(latency);
    expect(lines.slice(1)).to.deep.equal(['gateway closed 1006 ']);
    expect(frames).to.deep.equal([]);
  });

  for (const way of ['close', 'terminate'] as const)
    it(`fails by ${way} before it is open, and the gateway never hears of it`, () => {
      const { socket, lines } = connecting();
      socket[way]?.();
      time.tick(20);
      expect(lines).to.deep.equal(['client error The socket was closed before it was open', 'client closed 1006  false']);
    });

  for (const [code, wasClean] of [
    [1012, true],
    [1006, false],
  ] as const)
    it(`closes from the gateway with ${code}: what it wrote before arrives, and it hears nothing more`, () => {
      const { connection, socket, lines, frames } = connected();
      connection.write('last');
      connection.close(code, 'why');
      socket.send('unheard');
      expect(connection.open).to.equal(false);
      time.tick(20);
      expect(lines).to.deep.equal([`client closed ${code} why ${wasClean}`]);
      expect(frames).to.deep.equal(['last']);
    });

  it('gives one end to each side where both close at once', () => {
    const { connection, socket, lines } = connected();
    socket.close(4000, 'client');
    connection.close(4001, 'gateway');
    time.tick(20);
    expect(lines).to.deep.equal(['client closed 4001 gateway true']);
  });

  it('holds frames both ways while it is silent, and lets them out in order', () => {
    const { connection, socket, frames } = connected();
    connection.silence();
    for (const name of ['up 1', 'up 2']) socket.send(name);
    connection.write('down');
    time.tick(100);
    expect(frames).to.deep.equal([]);
    connection.speak();
    expect(frames).to.deep.equal(['up 1', 'up 2', 'down']);
  });

  it('holds everything both ways while it is silent, the closing too', () => {
    const { connection, socket, lines, frames } = connected();
    connection.silence();
    socket.send('up');
    connection.write('down');
    connection.close(1012, '');
    time.tick(100);
    expect([lines, frames]).to.deep.equal([[], []]);
    connection.speak();
    expect(lines).to.deep.equal(['client closed 1012  true']);
    // The gateway had left before the client's frame came to it.
    expect(frames).to.deep.equal(['down']);
  });
});
