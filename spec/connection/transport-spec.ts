import { expect } from 'chai';
import { config } from 'rxjs';
import { openTransport, type Transport, type TransportHandlers } from '../../lib/connection/transport.js';
import { type FakeSocket, fakeSocket } from '../support/fakeSocket.js';
import { frozenTime } from '../testing/virtualTime.js';

const closeTimeout = 20;

describe('openTransport', () => {
  const time = frozenTime();

  const setting = (change: (socket: FakeSocket) => void = () => undefined, factory?: () => never) => {
    const lines: string[] = [];
    const failures: unknown[] = [];
    const frames: unknown[] = [];
    const socket = fakeSocket('ws://fake');
    change(socket);
    const on: TransportHandlers = {
      opened: () => void lines.push(`opened, ${transport.open ? 'open' : 'not open'}`),
      frame: (frame) => void frames.push(frame),
      failed: (cause) => {
        failures.push(cause);
        lines.push('failed');
      },
      closed: (code, reason, wasClean, cause) => {
        failures.push(cause);
        lines.push(`closed ${code} ${reason} ${wasClean}`);
      },
    };
    const transport = openTransport(
      () => {
        factory?.();
        return socket;
      },
      closeTimeout,
      on,
    );
    return { socket, transport, lines, failures, frames };
  };
  const error = (socket: FakeSocket, event: object): void => socket.onerror?.(event as never);

  it('asks for one socket that gives bytes, and says when that is open', () => {
    const { socket, transport, lines } = setting();
    expect(socket.binaryType).to.equal('arraybuffer');
    expect(transport.open).to.equal(false);
    socket.open();
    expect(lines).to.deep.equal(['opened, open']);
  });

  it('says which subprotocol was agreed on', () => {
    expect(setting((socket) => Object.assign(socket, { protocol: 'known' })).transport.subprotocol).to.equal('known');
  });

  it('gives frames of text as text and binary ones as bytes', () => {
    const { socket, frames } = setting();
    socket.open();
    for (const data of ['{', new Uint8Array([1, 2]).buffer]) socket.onmessage?.({ data } as never);
    expect(frames).to.deep.equal(['{', new Uint8Array([1, 2])]);
  });

  it('hears a socket that tells frames without an event in that way alone', () => {
    let tell: ((data: unknown) => void) | undefined;
    const { socket, frames } = setting((each) => Object.assign(each, { listen: (take: typeof tell) => (tell = take) }));
    socket.open();
    expect(socket.onmessage).to.equal(null);
    for (const data of ['{', new Uint8Array([1, 2]).buffer]) tell?.(data);
    expect(frames).to.deep.equal(['{', new Uint8Array([1, 2])]);
    socket.end({ code: 1000, reason: '', wasClean: true });
    tell?.('late');
    expect(frames).to.have.length(2);
  });

  it('goes on after a handler that throws; its error is one that nobody handles', () => {
    const unhandled: unknown[] = [];
    const former = config.onUnhandledError;
    config.onUnhandledError = (problem) => void unhandled.push(problem);
    try {
      const frames: unknown[] = [];
      const socket = fakeSocket('ws://fake');
      const frame = (given: unknown): void => {
        if (frames.push(given) === 1) throw new Error('thrown');
      };
      const nothing = (): void => undefined;
      openTransport(() => socket, closeTimeout, { opened: nothing, failed: nothing, closed: nothing, frame });
      socket.open();
      for (const data of ['first', 'second']) socket.onmessage?.({ data } as never);
      expect(frames).to.deep.equal(['first', 'second']);
      time.tick(1);
      expect(unhandled.map(String)).to.deep.equal(['Error: thrown']);
    } finally {
      config.onUnhandledError = former;
    }
  });

  const failing: readonly (readonly [string, (socket: FakeSocket) => void, unknown])[] = [
    ['an error event with its error', (socket) => error(socket, { error: 'refused' }), 'refused'],
    ['a close event alone', (socket) => socket.end({ code: 1006, reason: '', wasClean: false }), undefined],
    [
      'an error event and its close event, once',
      (socket) => {
        error(socket, { error: 'refused' });
        socket.end({ code: 1006, reason: '', wasClean: false });
      },
      'refused',
    ],
  ];
  for (const [what, act, cause] of failing)
    it(`fails before it is open by ${what}`, () => {
      const { socket, lines, failures } = setting();
      act(socket);
      expect(lines).to.deep.equal(['failed']);
      expect(failures).to.deep.equal([cause]);
    });

  it('fails with the event itself where that holds no error, as in a browser', () => {
    const { socket, failures } = setting();
    socket.fail();
    expect(failures).to.deep.equal([{ type: 'error' }]);
  });

  it('fails with what the factory throws', () => {
    const problem = new Error('no socket');
    const { lines, failures } = setting(undefined, () => {
      throw problem;
    });
    expect(lines).to.deep.equal(['failed']);
    expect(failures).to.deep.equal([problem]);
  });

  it('tells the code of the close event, with an earlier error as the cause', () => {
    const { socket, lines, failures } = setting();
    socket.open();
    error(socket, { error: 'a bad frame' });
    expect(lines).to.have.length(1);
    socket.end({ code: 1009, reason: 'too large', wasClean: true });
    expect(lines.slice(1)).to.deep.equal(['closed 1009 too large true']);
    expect(failures).to.deep.equal(['a bad frame']);
    expect(time.timers).to.equal(0);
  });

  const closings: readonly (readonly [string, (transport: Transport, socket: FakeSocket) => void])[] = [
    ['a close that nobody answers', (transport) => transport.close(4000, 'bye')],
    ['an error that no close event follows', (_transport, socket) => socket.fail()],
  ];
  for (const [what, act] of closings)
    it(`drops the socket closeTimeout after ${what}, and says 1006 once`, () => {
      const { socket, transport, lines, frames } = setting();
      socket.open();
      act(transport, socket);
      time.tick(closeTimeout - 1);
      expect([socket.terminations, lines.length]).to.deep.equal([0, 1]);
      time.tick(1);
      expect(socket.terminations).to.equal(1);
      socket.message({ type: 'ping' });
      socket.end({ code: 4000, reason: 'late', wasClean: true });
      expect(frames).to.deep.equal([]);
      expect(lines.slice(1)).to.deep.equal(['closed 1006  false']);
    });

  it('counts closeTimeout from the first close', () => {
    const { socket, transport } = setting();
    socket.open();
    transport.close(4000, '');
    time.tick(closeTimeout - 1);
    transport.close(4001, '');
    time.tick(1);
    expect(socket.terminations).to.equal(1);
    expect(time.timers).to.equal(0);
  });

  it('drops by another close() where the socket has no terminate()', () => {
    const { socket, transport, lines } = setting((made) => delete (made as Partial<FakeSocket>).terminate);
    socket.open();
    transport.close(4000, 'bye');
    time.tick(closeTimeout);
    expect(socket.closings).to.deep.equal([
      [4000, 'bye'],
      [undefined, undefined],
    ]);
    expect(lines.slice(1)).to.deep.equal(['closed 1006  false']);
  });

  it('closes with code and reason; the answer in time ends the wait', () => {
    const { socket, transport, lines } = setting();
    socket.open();
    transport.close(4000, 'bye');
    expect(socket.closings).to.deep.equal([[4000, 'bye']]);
    expect(transport.open).to.equal(false);
    socket.end({ code: 4000, reason: 'bye', wasClean: true });
    expect(lines.slice(1)).to.deep.equal(['closed 4000 bye true']);
    expect(time.timers).to.equal(0);
  });

  it('terminates without a close frame, and a close handshake under way is waited for no longer', () => {
    const { socket, transport } = setting();
    socket.open();
    transport.close(1000, '');
    transport.terminate();
    expect([socket.terminations, time.timers]).to.deep.equal([1, 0]);
  });

  it('terminates by close() where the socket has no terminate()', () => {
    const { socket, transport, lines } = setting((made) => delete (made as Partial<FakeSocket>).terminate);
    socket.open();
    transport.terminate();
    expect(socket.closings).to.deep.equal([[undefined, undefined]]);
    expect(lines).to.have.length(1);
  });

  for (const state of ['connecting', 'open'])
    it(`is released with 1000 while ${state}, once, and dropped after closeTimeout all the same`, () => {
      const { socket, transport } = setting();
      if (state === 'open') socket.open();
      transport.release();
      transport.release();
      expect(socket.closings).to.deep.equal([[1000, '']]);
      time.tick(closeTimeout);
      expect(socket.terminations).to.equal(1);
    });

  it('is released without a word where the socket is closed already', () => {
    const { socket, transport } = setting();
    socket.open();
    socket.end({ code: 1000, reason: '', wasClean: true });
    transport.release();
    expect([socket.closings.length, time.timers]).to.deep.equal([0, 0]);
  });

  for (const way of ['release', 'terminate'] as const)
    it(`hears nothing that the socket says after ${way}`, () => {
      const { socket, transport, lines, frames } = setting();
      transport[way]();
      socket.open();
      socket.message({ type: 'ping' });
      socket.fail();
      socket.end({ code: 4000, reason: '', wasClean: true });
      time.tick(closeTimeout);
      expect([lines, frames, transport.open]).to.deep.equal([[], [], false]);
    });

  describe('with a join', () => {
    const join = (frames: readonly string[]): string => `[${frames.join()}]`;
    const joining = () => {
      const ends: (() => void)[] = [];
      const sent: unknown[] = [];
      const { socket, transport } = setting((each) =>
        Object.assign(each, { atTurnEnd: (run: () => void) => ends.push(run), send: (frame: unknown) => sent.push(frame) }),
      );
      const endTurn = (): void => {
        for (const run of ends.splice(0)) run();
      };
      socket.open();
      return { socket, transport, sent, ends, endTurn };
    };

    it('sends the first of a turn at once, and makes one frame of those that follow, at its end', () => {
      const { transport, sent, ends, endTurn } = joining();
      for (const frame of ['a', 'b', 'c', 'd']) transport.write(frame, join);
      expect([sent, ends.length]).to.deep.equal([['a'], 1]);
      endTurn();
      expect(sent).to.deep.equal(['a', '[b,c,d]']);
      transport.write('e', join);
      expect(sent.slice(2)).to.deep.equal(['e']);
      transport.write('f', join);
      endTurn();
      expect(sent.slice(3)).to.deep.equal(['f']);
      expect(ends).to.deep.equal([]);
    });

    it('lets nothing overtake them: neither bytes nor what is not joined', () => {
      const { transport, sent, ends, endTurn } = joining();
      const bytes = new Uint8Array([1]);
      transport.write('alone');
      expect(ends).to.deep.equal([]);
      for (const frame of [bytes, 'a', 'b', bytes, 'c', 'd']) transport.write(frame, join);
      transport.write('alone');
      expect(ends.length).to.equal(1);
      endTurn();
      expect(sent).to.deep.equal(['alone', bytes, '[a,b]', bytes, '[c,d]', 'alone']);
    });

    it('shows them in bufferedAmount', () => {
      const { socket, transport, endTurn } = joining();
      Object.assign(socket, { bufferedAmount: 100 });
      for (const frame of ['first', 'a', 'bc']) transport.write(frame, join);
      expect(transport.bufferedAmount).to.equal(105);
      endTurn();
      expect(transport.bufferedAmount).to.equal(100);
    });

    for (const [what, leave, code] of [
      ['a close', (transport: Transport) => transport.close(4000, 'bye'), 4000],
      ['a release', (transport: Transport) => transport.release(), 1000],
      // A browser's socket has no other end.
      ['it is dropped by a close', (transport: Transport) => transport.terminate(), undefined],
    ] as const)
      it(`sends them before ${what}, and nothing after it`, () => {
        const { socket, transport, sent, endTurn } = joining();
        for (const frame of ['first', 'a', 'b']) transport.write(frame, join);
        Object.assign(socket, { close: (given: number) => sent.push(given), terminate: undefined });
        leave(transport);
        endTurn();
        expect(sent).to.deep.equal(['first', '[a,b]', code]);
      });

    it('sends each at once where the socket does not know the end of a turn', () => {
      const sent: unknown[] = [];
      const { socket, transport } = setting((each) => Object.assign(each, { send: (frame: unknown) => sent.push(frame) }));
      socket.open();
      for (const frame of ['a', 'b']) transport.write(frame, join);
      expect(sent).to.deep.equal(['a', 'b']);
    });
  });

  it('sends pings only where the socket can', () => {
    let pings = 0;
    const able = setting((socket) => Object.assign(socket, { ping: () => pings++ }));
    able.socket.open();
    able.transport.ping?.();
    expect(pings).to.equal(1);
    expect(setting().transport.ping).to.equal(undefined);
  });
});
