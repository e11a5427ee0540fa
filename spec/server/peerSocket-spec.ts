import { expect } from 'chai';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { createTurns } from '../../lib/server/createTurns.js';
import { prepareFrame } from '../../lib/server/prepareFrame.js';
import { type PeerSocket as PeerSocketOf, peerSocket } from '../../lib/server/peerSocket.js';
import { frozenTime } from '../testing/virtualTime.js';

// On real sockets it is in serve-spec.ts. Here are its order and its timers.
type PeerSocket = PeerSocketOf<string>;

describe('peerSocket', () => {
  const time = frozenTime();
  const closeTimeout = 20;
  const maxBuffered = 100;

  const setting = (extensions = '', turns = createTurns()) => {
    const lines: string[] = [];
    const note =
      (name: string) =>
      (...args: unknown[]): void => {
        lines.push([name, ...args].join(' '));
      };
    const methods = Object.assign(new EventEmitter(), { close: note('close'), terminate: note('terminate'), ping: note('ping') });
    const webSocket = Object.assign(Object.create(methods) as typeof methods, { readyState: 1, bufferedAmount: 12, extensions });
    const send = (frame: unknown, options?: { readonly binary?: boolean }): void => {
      note('send')(frame, ...(options ? [options.binary] : []));
    };
    Object.assign(webSocket, { send });
    const write = (wire: Buffer): void => note('write')(wire.toString('latin1'));
    const stream = {
      ...{ cork: note('cork'), uncork: note('uncork'), write },
      get writableLength() {
        return webSocket.bufferedAmount;
      },
    };
    const frames: unknown[] = [];
    const socket: PeerSocket = peerSocket<string>(
      webSocket as never as WebSocket,
      stream as never as Socket,
      { closeTimeout, maxBuffered, turns },
      {
        frame: (_owner, frame) => void frames.push(frame),
        alive: (_owner, pong) => note('alive')(pong),
        closed: (_owner, ...how) => note('closed')(...how),
        overflowed: (owner) => note('overflowed')(owner),
      },
    );
    socket.owner = 'ann';
    const gone = (code: number, reason = '') => {
      webSocket.readyState = 3;
      webSocket.emit('close', code, Buffer.from(reason));
    };
    return { socket, webSocket, stream, lines, frames, gone };
  };
  /** In a turn in which a frame has left already. */
  const begun = () => {
    const all = setting();
    all.socket.write('first');
    all.lines.length = 0;
    return all;
  };

  it('tells how much the network took, by what the stream counts', () => {
    const { socket, webSocket, stream } = setting();
    expect(socket.taken).to.equal(-12);
    Object.assign(stream, { bytesWritten: 100 });
    expect(socket.taken).to.equal(88);
    webSocket.bufferedAmount = 0;
    expect(socket.taken).to.equal(100);
  });

  const endOfTurn = (): void => time.tick(0);

  it('takes text for text and bytes for bytes, and tells of pings and pongs', () => {
    const { webSocket, frames, lines } = setting();
    webSocket.emit('message', Buffer.from('text'), false);
    webSocket.emit('message', Buffer.from([1]), true);
    webSocket.emit('ping');
    webSocket.emit('pong');
    expect(frames).to.deep.equal(['text', Buffer.from([1])]);
    expect(lines).to.deep.equal(['alive false', 'alive true']);
  });

  it('writes the first frame of a turn at once, and holds the stream for what comes after it until the end', () => {
    const { socket, lines } = setting();
    for (const letter of 'abc') socket.write(letter);
    expect(lines).to.deep.equal(['send a', 'cork', 'send b', 'send c']);
    endOfTurn();
    expect(lines.slice(4)).to.deep.equal(['uncork']);
    for (const letter of 'de') {
      socket.write(letter);
      endOfTurn();
    }
    expect(lines.slice(5)).to.deep.equal(['send d', 'send e']);
  });

  it('does so for each of the sockets that share their turns', () => {
    const turns = createTurns();
    const [ann, bob] = [setting('', turns), setting('', turns)];
    for (const letter of 'ab') for (const { socket } of [ann, bob]) socket.write(letter);
    endOfTurn();
    for (const { lines } of [ann, bob]) expect(lines).to.deep.equal(['send a', 'cork', 'send b', 'uncork']);
  });

  it('writes a prepared frame at once if it is the first of its turn, and holds what comes after it', () => {
    const { socket, lines } = setting();
    for (const letter of 'abc') socket.write(prepareFrame(letter));
    expect(lines).to.deep.equal(['write \x81\x01a', 'cork', 'write \x81\x01b', 'write \x81\x01c']);
    endOfTurn();
    expect(lines.slice(4)).to.deep.equal(['uncork']);
    for (const letter of 'de') {
      socket.write(prepareFrame(letter));
      endOfTurn();
    }
    expect(lines.slice(5)).to.deep.equal(['write \x81\x01d', 'write \x81\x01e']);
  });

  it('writes a prepared frame as it is, in order, until the socket closes', () => {
    const { socket, webSocket, lines } = setting();
    socket.write('a');
    socket.write(prepareFrame('b'));
    webSocket.readyState = 2;
    socket.write(prepareFrame('late'));
    expect(lines).to.deep.equal(['send a', 'cork', 'write \x81\x01b']);
  });

  it('leaves all to ws where compression was agreed, held until the end of the turn', () => {
    const { socket, lines } = setting('permessage-deflate');
    socket.write(prepareFrame('text'));
    socket.write(prepareFrame(Buffer.from('bytes')));
    socket.write('plain');
    endOfTurn();
    expect(lines).to.deep.equal(['cork', 'send text false', 'send bytes true', 'send plain', 'uncork']);
  });

  describe('with a join', () => {
    const join = (frames: readonly string[]): string => `[${frames.join()}]`;
    const writeAll = (socket: PeerSocket, frames: string): void => {
      for (const frame of frames) socket.write(frame, join);
    };

    it('makes one frame of those that follow the first of a turn, at its end', () => {
      const { socket, lines } = setting();
      writeAll(socket, 'abc');
      expect(lines).to.deep.equal(['send a', 'cork']);
      endOfTurn();
      writeAll(socket, 'd');
      endOfTurn();
      writeAll(socket, 'ef');
      endOfTurn();
      expect(lines.slice(2)).to.deep.equal(['send [b,c]', 'uncork', 'send d', 'send e', 'cork', 'send f', 'uncork']);
    });

    it('makes one frame of all of them where compression was agreed', () => {
      const { socket, lines } = setting('permessage-deflate');
      writeAll(socket, 'ab');
      endOfTurn();
      expect(lines).to.deep.equal(['cork', 'send [a,b]', 'uncork']);
    });

    it('lets nothing overtake them: neither bytes, nor what is prepared or not joined', () => {
      const { socket, lines } = begun();
      writeAll(socket, 'ab');
      socket.write(prepareFrame('c'));
      writeAll(socket, 'de');
      socket.write(Buffer.from('f'), join);
      writeAll(socket, 'gh');
      socket.write('i');
      endOfTurn();
      expect(lines).to.deep.equal([
        ...['cork', 'send [a,b]', 'write \x81\x01c', 'send [d,e]', 'send f', 'send [g,h]', 'send i', 'uncork'],
      ]);
    });

    it('shows them in bufferedAmount', () => {
      const { socket } = begun();
      writeAll(socket, 'ab');
      expect(socket.bufferedAmount).to.equal(16);
      endOfTurn();
      expect(socket.bufferedAmount).to.equal(12);
    });

    it('sends them before a close, a release too, and not after it was dropped', () => {
      for (const [leave, left] of [
        [(socket: PeerSocket) => socket.close(4000, 'bye'), ['send [a,b]', 'close 4000 bye', 'uncork']],
        [(socket: PeerSocket) => socket.release(), ['send [a,b]', 'close 1000 ', 'uncork']],
        [(socket: PeerSocket) => socket.terminate(), ['terminate', 'uncork']],
      ] as const) {
        const { socket, lines } = begun();
        writeAll(socket, 'ab');
        leave(socket);
        endOfTurn();
        expect(lines.slice(1)).to.deep.equal(left);
      }
    });

    it('sends them before a close that is not asked for here: `ws` answers a close frame in the turn in which it came', () => {
      const { socket, webSocket, lines } = begun();
      writeAll(socket, 'ab');
      webSocket.close(4000, 'bye');
      endOfTurn();
      expect(lines).to.deep.equal(['cork', 'send [a,b]', 'close 4000 bye', 'uncork']);
    });

    it('drops a client for the frame that is too much, however much its characters take', () => {
      for (const [frame, room] of [
        ['x'.repeat(maxBuffered + 1), maxBuffered + 1],
        ['ẍ'.repeat(maxBuffered / 2), (3 * maxBuffered) / 2],
      ] as const) {
        const { socket, webSocket, lines } = begun();
        webSocket.bufferedAmount = 0;
        Object.assign(webSocket, { send: () => (webSocket.bufferedAmount = room) });
        socket.write(frame, join);
        expect(lines).to.deep.equal(['cork', 'uncork', 'terminate']);
      }
    });

    it('lets the network take what it can, before it drops a client', () => {
      const { socket, webSocket, lines } = begun();
      webSocket.bufferedAmount = 0;
      socket.write('x'.repeat(maxBuffered + 1), join);
      expect(lines).to.deep.equal(['cork', `send ${'x'.repeat(maxBuffered + 1)}`, 'uncork']);
      endOfTurn();
      expect(lines).to.have.length(3);
    });

    it('drops a client that does not read', () => {
      const { socket, webSocket, lines } = begun();
      webSocket.bufferedAmount = maxBuffered + 1;
      socket.write('a', join);
      expect(lines).to.deep.equal(['cork', 'send a', 'uncork', 'terminate']);
      endOfTurn();
      expect(lines.slice(4)).to.deep.equal(['overflowed ann']);
    });
  });

  it('lets the network take what it can, before it drops a client that does not read', () => {
    const { socket, webSocket, stream, lines } = begun();
    webSocket.bufferedAmount = maxBuffered + 1;
    const uncork = (left: number) => () => {
      lines.push('uncork');
      webSocket.bufferedAmount = left;
    };
    Object.assign(stream, { uncork: uncork(maxBuffered) });
    socket.write('a');
    expect(lines).to.deep.equal(['cork', 'send a', 'uncork']);
    expect(socket.open).to.equal(true);
    webSocket.bufferedAmount = maxBuffered + 1;
    Object.assign(stream, { uncork: uncork(maxBuffered + 1) });
    socket.write('b');
    expect(lines.slice(3)).to.deep.equal(['cork', 'send b', 'uncork', 'terminate']);
    expect(socket.open).to.equal(false);
    endOfTurn();
    expect(lines.slice(7)).to.deep.equal(['overflowed ann']);
  });

  it('tells nothing more once it was dropped for what it held', () => {
    const { socket, webSocket, lines, gone } = setting();
    webSocket.bufferedAmount = maxBuffered + 1;
    socket.write('a');
    socket.write('b');
    gone(1006);
    endOfTurn();
    expect(lines.filter((line) => /overflowed|closed/.test(line))).to.deep.equal(['overflowed ann']);
  });

  it('is open until ws says otherwise, and shows what waits there', () => {
    const { socket, webSocket } = setting();
    expect([socket.open, socket.bufferedAmount]).to.deep.equal([true, 12]);
    webSocket.readyState = 2;
    expect(socket.open).to.equal(false);
    expect(socket.ping).to.be.a('function');
  });

  const closings: readonly (readonly [string, (socket: PeerSocket, webSocket: EventEmitter) => void, readonly string[]])[] = [
    ['a close', (socket) => socket.close(4000, 'bye'), ['close 4000 bye']],
    [
      'two closes, counted from the first',
      (socket) => (socket.close(4000, 'bye'), time.tick(5), socket.close(4001, '')),
      ['close 4000 bye', 'close 4001 '],
    ],
    ['an error of ws', (_socket, webSocket) => void webSocket.emit('error', new Error('bad frame')), []],
    ['a release', (socket) => socket.release(), ['close 1000 ']],
  ];
  for (const [what, close, lines] of closings)
    it(`terminates closeTimeout after ${what}, if the client does not answer`, () => {
      const { socket, webSocket, lines: heard } = setting();
      const begun = Date.now();
      close(socket, webSocket);
      time.tick(closeTimeout - 1 - (Date.now() - begun));
      expect(heard).to.deep.equal(lines);
      time.tick(1);
      expect(heard.slice(lines.length)).to.deep.equal(['terminate']);
    });

  it('waits no longer once it is closed, and tells it once, with the first error as the cause', () => {
    const { webSocket, lines, gone } = setting();
    webSocket.emit('error', 'first');
    webSocket.emit('error', 'second');
    gone(1009, 'too large');
    gone(1006);
    expect(time.timers).to.equal(0);
    expect(lines).to.deep.equal(['closed 1009 too large first']);
  });

  const ways: readonly (readonly [string, (socket: PeerSocket) => void, string])[] = [
    ['release', (socket) => socket.release(), 'close 1000 '],
    ['abandon, with a code that only a server may send', (socket) => socket.abandon(1001), 'close 1001 '],
    ['terminate', (socket) => socket.terminate(), 'terminate'],
  ];
  for (const [what, leave, line] of ways)
    it(`tells nothing after ${what}`, () => {
      const { socket, webSocket, lines, frames, gone } = setting();
      leave(socket);
      expect(socket.open).to.equal(false);
      webSocket.emit('message', Buffer.from('late'), false);
      webSocket.emit('ping');
      webSocket.emit('pong');
      gone(1000);
      expect(lines).to.deep.equal([line]);
      expect([frames, time.timers]).to.deep.equal([[], 0]);
    });
});
