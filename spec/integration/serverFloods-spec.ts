import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { expect } from 'chai';
import { finalize, Observable, Subject } from 'rxjs';
import { heartbeat } from 'rxgate';
import {
  commands,
  createRooms,
  createServerCounters,
  createUsers,
  limits,
  login,
  type Peer,
  rateLimit,
  type RateLimitConfig,
  slowConsumers,
  topics,
} from 'rxgate/server';
import type { WebSocket } from 'ws';
import { nextFrame, opened, resourcesNow, serving } from '../server/serving.js';
import { resourcesBackTo } from '../support/activeResources.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { eventLog } from '../support/eventLog.js';
import { unhandledErrors } from '../support/unhandledErrors.js';
import { until } from '../support/until.js';

const upgrade = (key = 'dGhlIHNhbXBsZSBub25jZQ==') =>
  `GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`;

const perConnection = { points: 1_000_000 };
const maxPayload = 10_000;

/** A server with every stage, whose one topic counts up as the test says, and a bystander who listens, asks, and loses nothing. */
const scene = async ({
  rate = { perConnection },
  beat = {},
  loginTimeout = 10_000,
}: {
  rate?: RateLimitConfig;
  beat?: object;
  loginTimeout?: number;
} = {}) => {
  const before = await resourcesNow();
  const errors = unhandledErrors();
  const events = eventLog();
  const counters = createServerCounters();
  const users = createUsers();
  const rooms = createRooms();
  const numbers = new Subject<number>();
  let producers = 0;
  let handled = 0;
  const server = await serving({ events, counters, maxPayload, requestTimeout: 300, closeTimeout: 300 }, (peers) =>
    peers
      .pipe(
        slowConsumers(),
        limits({ total: 100_000, perUser: 10_000 }),
        heartbeat<Peer>({ interval: 60_000, ...beat }),
        rateLimit(rate),
        login({ verify: (user: string) => ({ user }), timeout: loginTimeout }),
      )
      .pipe(
        users.track(),
        rooms.track(),
        rooms.commands({ authorize: () => true }),
        commands<Peer>({
          echo: (data) => data,
          flood: () => ++handled,
        }),
        topics<Peer>({
          numbers: () =>
            new Observable((subscriber) => {
              producers++;
              return numbers.pipe(finalize(() => producers--)).subscribe(subscriber);
            }),
        }),
      ),
  );
  const join = async (socket: WebSocket, user: string): Promise<WebSocket> => {
    await opened(socket);
    socket.send(JSON.stringify({ id: 'login', command: 'POST_LOGIN', data: user }));
    expect(await nextFrame(socket)).to.include({ type: 'RESPONSE', id: 'login' });
    return socket;
  };
  const bystander = await join(server.client(), 'bystander');
  const heard: number[] = [];
  const answers: unknown[] = [];
  const codes: number[] = [];
  bystander.on('close', (code) => codes.push(code));
  bystander.on('message', (data: Buffer) => {
    const body = JSON.parse(String(data));
    if (body.type === 'NOTIFY') heard.push(body.data);
    else if (body.type === 'RESPONSE') answers.push(body.data);
  });
  bystander.send('{"type":"SUBSCRIBE","id":"s","topic":"numbers"}');
  bystander.send('{"id":"r","command":"rooms.join","data":{"room":"lobby"}}');
  await until(() => producers === 1 && answers.length === 1);
  answers.length = 0;
  let number = 0;
  const times: number[] = [];
  /** One notification, and one request with its answer: how long that took goes into the list. */
  const beatOnce = async (): Promise<void> => {
    numbers.next(number);
    const begun = performance.now();
    bystander.send(JSON.stringify({ id: number, command: 'echo', data: number }));
    number++;
    await until(() => answers.length === number || codes.length > 0);
    times.push(performance.now() - begun);
  };
  /** The bystander goes on until all this is done. */
  const meanwhile = async <T>(work: Promise<T>): Promise<T> => {
    const state = { done: false };
    const end = work.finally(() => {
      state.done = true;
    });
    // Who fails is told below.
    end.catch(() => undefined);
    while (!state.done) {
      await beatOnce();
      await new Promise(setImmediate);
    }
    return end;
  };
  /** The bystander lost nothing; then it goes, and nothing is left of anybody. */
  const settle = async (): Promise<void> => {
    await beatOnce();
    await until(() => counters.connections === 1);
    const all = Array.from({ length: number }, (_, index) => index);
    await until(() => heard.length >= number || codes.length > 0);
    expect([heard, answers, codes]).to.deep.equal([all, all, []]);
    expect([users.names, rooms.names, producers]).to.deep.equal([['bystander'], ['lobby'], 1]);
    expect(server.peers.ends).to.deep.equal([]);
    bystander.close();
    await until(() => counters.connections === 0);
    expect([users.size, rooms.size, producers, counters.subscriptions, counters.running]).to.deep.equal([0, 0, 0, 0, 0]);
    server.peers.subscription.unsubscribe();
    await resourcesBackTo(before);
    expect(errors()).to.deep.equal([]);
  };
  return { ...server, events, counters, users, rooms, join, times, meanwhile, settle, handled: () => handled };
};

/** A client of the TCP layer. */
const rawTo = async (port: number): Promise<Socket> => {
  const socket = connectTcp(port, '127.0.0.1');
  socket.on('error', () => undefined);
  atTestEnd(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
};
const isOver = (socket: Socket): Promise<unknown> =>
  new Promise((resolve) => {
    socket.resume().once('close', resolve);
  });

/** A masked frame, with a mask of zeros. */
const frameOf = (first: number, payload: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([first, 0x80 | payload.length, 0, 0, 0, 0]), payload]);

describe('what one side of the network does, over real sockets, costs the others nothing', () => {
  afterEach(cleanUp);

  it('1,000 connections that come at once, and drop or hang at every stage', async () => {
    const run = await scene({ loginTimeout: 1_000 });
    const stages = [
      '',
      upgrade().slice(0, 60),
      upgrade().slice(0, -2),
      upgrade(),
      upgrade() + 'x',
      'GET / HTTP/1.1\r\n\r\n',
      '\u0000',
    ];
    const one = async (index: number): Promise<void> => {
      const socket = await rawTo(run.port);
      const text = stages[index % stages.length] ?? '';
      const over = isOver(socket);
      socket.write(text, 'latin1');
      const how = index % 4;
      if (how === 0) socket.destroy();
      else if (how === 1) socket.resetAndDestroy();
      else if (how === 2) socket.end();
      // The rest hang, and are dropped by the server; those that are upgraded and wait, in the middle of it.
      else if (text === upgrade()) {
        await once(socket, 'data').catch(() => undefined);
        socket.destroy();
      }
      await over;
    };
    await run.meanwhile(Promise.all(Array.from({ length: 1_000 }, (_, index) => one(index))));
    expect(run.counters.sessions).to.be.above(1);
    // Those that said half a frame, and nothing more.
    expect(run.counters.rejected.loginTimeout).to.be.above(0);
    expect(run.counters.attempts).to.be.at.least(run.counters.sessions);
    await run.settle();
  }).timeout(40_000);

  it('a peer that sends 50,000 messages as fast as it can is refused, and closed after maxViolations', async () => {
    const [points, maxViolations] = [100, 50];
    // Whoever asks for more than a bystander ever does; nothing flows in.
    const rate = { perCommand: { flood: { points, duration: 86_400_000 } }, maxViolations };
    const run = await scene({ rate });
    const quiet = run.times.length;
    for (let turn = 0; turn < 200; turn++) await run.meanwhile(Promise.resolve());
    const without = run.times.slice(quiet);
    const bad = await run.join(run.client(), 'bad');
    const told: any[] = [];
    bad.on('message', (data: Buffer) => told.push(JSON.parse(String(data))));
    const closed = once(bad, 'close') as Promise<[number, Buffer]>;
    const flooded = run.times.length;
    for (let index = 0; index < 50_000; index++) bad.send(`{"id":${index},"command":"flood"}`);
    const [code, reason] = await run.meanwhile(closed);
    for (let turn = 0; turn < 100; turn++) await run.meanwhile(Promise.resolve());
    const during = run.times.slice(flooded);

    expect([code, JSON.parse(String(reason)).reason]).to.deep.equal([4429, 'violations']);
    expect(run.handled()).to.equal(points);
    // In the order in which they came: what was in the bucket, what was refused, and then not a word.
    expect(told.map(({ id }) => id)).to.deep.equal(Array.from({ length: points + maxViolations + 1 }, (_, index) => index));
    expect(told.map((body) => body.code ?? body.type)).to.deep.equal([
      ...Array(points).fill('RESPONSE'),
      ...Array(maxViolations + 1).fill('RATE_LIMITED'),
    ]);
    expect(run.events.of('rejected')).to.have.length(1);
    const p99 = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? 0;
    // The sender shares the thread with the server and with us, so this is coarse: the flood is not answered for seconds.
    expect(p99(during), 'p99 in ms').to.be.below(20 * p99(without) + 1_000);
    await run.settle();
  }).timeout(40_000);

  const close = (code: number) => Buffer.from([code >> 8, code & 0xff]);
  const bad: readonly (readonly [string, number, (bytes: Socket) => unknown])[] = [
    ['a text frame that is too large', 1009, (bytes) => bytes.write(Buffer.from([0x81, 0xfe, 0xff, 0xff, 0, 0, 0, 0]))],
    [
      'a frame that says it has 2^60 bytes',
      1009,
      (bytes) => bytes.write(Buffer.from([0x82, 0xff, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
    ],
    [
      'fragments that are too large together',
      1009,
      (bytes) => {
        bytes.write(frameOf(0x01, Buffer.alloc(100, 0x20)));
        for (let part = 0; part < 200; part++) bytes.write(frameOf(0x00, Buffer.alloc(100, 0x20)));
      },
    ],
    ['a frame without a mask', 1002, (bytes) => bytes.write(Buffer.from([0x81, 1, 0x78]))],
    ['an opcode that does not exist', 1002, (bytes) => bytes.write(frameOf(0x83, Buffer.alloc(1)))],
    ['bits that are reserved', 1002, (bytes) => bytes.write(frameOf(0xf1, Buffer.alloc(1)))],
    ['a continuation of nothing', 1002, (bytes) => bytes.write(frameOf(0x80, Buffer.alloc(1)))],
    ['a ping in fragments', 1002, (bytes) => bytes.write(frameOf(0x09, Buffer.alloc(1)))],
    ['a ping that is too large', 1002, (bytes) => bytes.write(Buffer.from([0x89, 0xfe, 0x01, 0, 0, 0, 0, 0]))],
    ['a close frame of one byte', 1002, (bytes) => bytes.write(frameOf(0x88, Buffer.alloc(1)))],
    ['a close frame with a code that may not be sent', 1002, (bytes) => bytes.write(frameOf(0x88, close(1005)))],
    ['text that is no UTF-8', 1007, (bytes) => bytes.write(frameOf(0x81, Buffer.from([0xff, 0xfe])))],
    ['a close reason that is no UTF-8', 1007, (bytes) => bytes.write(frameOf(0x88, Buffer.from([0x03, 0xe8, 0xff])))],
    ['an HTTP request after the upgrade', 1002, (bytes) => bytes.write('GET / HTTP/1.1\r\n\r\n')],
  ];
  it(`${bad.length} peers that send bad frames, each of its kind, end alone, with the code that says why`, async () => {
    const run = await scene();
    const one = async (send: (bytes: Socket) => unknown): Promise<number> => {
      const socket = await rawTo(run.port);
      socket.write(upgrade());
      await once(socket, 'data');
      const bytes: Buffer[] = [];
      socket.on('data', (data: Buffer) => bytes.push(data));
      const over = isOver(socket);
      send(socket);
      await over;
      const all = Buffer.concat(bytes);
      // What the server said last is a close frame without a mask.
      const at = all.lastIndexOf(0x88);
      return at < 0 ? 0 : all.readUInt16BE(at + 2);
    };
    const codes: Record<string, number> = {};
    await run.meanwhile(Promise.all(bad.map(async ([what, , send]) => (codes[what] = await one(send)))));
    expect(codes).to.deep.equal(Object.fromEntries(bad.map(([what, code]) => [what, code])));
    await run.meanwhile(until(() => run.counters.connections === 1));
    const ends = run.events.of('ended');
    expect(ends).to.have.length(bad.length);
    expect(ends.filter(({ end }) => end.by !== 'them' || end.error?.kind !== 'connectionLost')).to.deep.equal([]);
    await run.settle();
  }).timeout(20_000);

  it('S10: a flood of pings of the WebSocket protocol ends in violations and a close', async () => {
    const run = await scene({ rate: { perConnection: { points: 50 }, maxViolations: 10 } });
    const pinger = await run.join(run.client(), 'pinger');
    const closed = once(pinger, 'close');
    // So few at once that `ws` itself is content: it drops a peer that asks for more answers than it reads.
    const flood = setInterval(() => {
      for (let n = 0; n < 10; n++) if (pinger.readyState === pinger.OPEN) pinger.ping();
    }, 1);
    const [code, reason] = (await closed.finally(() => clearInterval(flood))) as [number, Buffer];
    expect([code, JSON.parse(String(reason)).reason]).to.deep.equal([4429, 'violations']);
    expect(run.counters.rejected).to.deep.equal({ violations: 1 });
    await run.settle();
  }).timeout(20_000);

  it('S11: 100 peers that go silent are found by the heartbeat, and no other', async () => {
    const run = await scene({ beat: { interval: 300, timeout: 1_000, mode: 'frame' } });
    const silent = await run.meanwhile(Promise.all(Array.from({ length: 100 }, () => run.join(run.client(), 'silent'))));
    expect(run.users.peers('silent')).to.have.length(silent.length);
    // What is sent to them arrives at their machine, and nobody reads it.
    for (const socket of silent) socket.pause();
    await run.meanwhile(until(() => run.counters.connections === 1));
    const ends = run.events.of('ended');
    expect(ends.map(({ end }) => end.error?.kind)).to.deep.equal(Array(silent.length).fill('heartbeatTimeout'));
    for (const socket of silent) socket.terminate();
    await run.settle();
  }).timeout(20_000);
});
