import { expect } from 'chai';
import {
  type AuthenticationError,
  connect,
  type ConnectConfig,
  createCounters,
  heartbeat,
  type HeartbeatConfig,
  notifications,
  request,
  type RequestFailedError,
  retryBackoff,
  send,
  type Session,
  shareSession,
  topic,
  type Untyped,
} from 'rxgate';
import { socketIo, type SocketIoOptions } from 'rxgate/protocols';
import { commands } from 'rxgate/server';
import { lastValueFrom, take, toArray } from 'rxjs';
import type { ServerOptions, Socket } from 'socket.io';
import { WebSocket } from 'ws';
import { rooms, streaming } from '../../docs/snippets/socketIo.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { eventLog } from '../support/eventLog.js';
import { proxy } from '../support/proxy.js';
import { recorded } from '../support/recorded.js';
import { socketIoServer } from '../support/socketIoServer.js';
import { until } from '../support/until.js';

const soon = { initialDelay: 5, maxDelay: 10 };
const strange = 'ä€𝄞 "\\" \u0000\u2028 👩‍👩‍👧';

interface Setting {
  readonly options?: SocketIoOptions;
  readonly server?: Partial<ServerOptions>;
  readonly config?: Partial<ConnectConfig<Untyped>>;
  readonly beats?: HeartbeatConfig;
  readonly handlers?: Parameters<typeof commands>[0];
  readonly on?: (socket: Socket) => void;
  /** Whether there is a proxy between, which can cut. */
  readonly cut?: boolean;
}

const gatewayAt = (url: string, { options, config, beats, handlers = {} }: Setting) => {
  const events = eventLog({ messages: true });
  const counters = createCounters();
  const session$ = connect({ url, protocol: socketIo(options), events, counters, ...config }).pipe(
    heartbeat(beats),
    commands<Session>(handlers),
    retryBackoff({ ...soon, events }),
    shareSession({ events }),
  );
  return { events, counters, session$ };
};

/** A server of socket.io, and the pipeline on it. */
const setting = async (given: Setting = {}) => {
  const server = await socketIoServer(given.on, given.server, given.options?.namespace);
  const between = given.cut ? await proxy(server.port) : undefined;
  return { server, between, ...gatewayAt(between?.url ?? server.url, given) };
};
type Session$ = Awaited<ReturnType<typeof setting>>['session$'];

const ask = (session$: Session$, ...call: Parameters<typeof request>) => lastValueFrom(session$.pipe(request(...call)));
const failureOf = async (session$: Session$, ...call: Parameters<typeof request>) =>
  (await recorded(session$.pipe(request(...call))).end) as RequestFailedError;

describe('socketIo, against socket.io', () => {
  afterEach(cleanUp);

  describe('requests', () => {
    const on = (socket: Socket): void => {
      socket.on('echo', (...args) => args.pop()(...args));
      socket.on('none', (ack) => ack());
      socket.on('two', (ack) => ack(1, 'two'));
      socket.on('count', (...args) => args.pop()(args.length));
      socket.on('fail', (ack) => ack({ error: { code: 'NO_FUNDS', message: 'not today', data: { left: 3 } } }));
      socket.on('nok', (ack) => ack('sorry', null));
      socket.on('never', () => undefined);
    };

    it('are events with an ack, whose argument is the reply', async () => {
      const { session$, server } = await setting({ on });
      recorded(session$);
      for (const data of [{ text: strange, deep: [1, { two: null }] }, 'text', 0, null, [1, 2]])
        expect(await ask(session$, 'echo', data)).to.deep.equal(data);
      expect(await ask(session$, 'none')).to.equal(undefined);
      expect(await ask(session$, 'two')).to.deep.equal([1, 'two']);
      expect([await ask(session$, 'count'), await ask(session$, 'count', [1, 2])]).to.deep.equal([0, 1]);
      expect(server.urls).to.deep.equal(['/socket.io/?EIO=4&transport=websocket']);
    });

    it('have lists of arguments, where that is wanted', async () => {
      const { session$ } = await setting({ on, options: { argumentLists: true } });
      recorded(session$);
      expect(await ask(session$, 'echo', [1, [2], 'three'])).to.deep.equal([1, [2], 'three']);
      expect([await ask(session$, 'count'), await ask(session$, 'count', [1, 2])]).to.deep.equal([[0], [2]]);
      expect(await failureOf(session$, 'echo', 'no list')).to.include({ kind: 'malformedMessage' });
    });

    it('fail by an ack that is an error, of the form of this library or one of the server', async () => {
      const { session$ } = await setting({ on });
      recorded(session$);
      const error = await failureOf(session$, 'fail');
      expect(error).to.deep.include({ kind: 'requestFailed', code: 'NO_FUNDS', detail: 'not today', data: { left: 3 } });
      const other = await setting({ on, options: { failure: (problem) => (problem ? { code: problem as string } : undefined) } });
      expect(await failureOf(other.session$, 'nok')).to.include({ kind: 'requestFailed', code: 'sorry' });
    });

    it('time out, and what comes of a cut connection is not mixed up', async () => {
      const { session$, between, events } = await setting({ on, cut: true });
      recorded(session$);
      expect(await ask(session$, 'echo', 'before')).to.equal('before');
      expect(await failureOf(session$, 'never', undefined, { timeout: 20 })).to.include({ kind: 'requestTimeout' });
      const lost = failureOf(session$, 'never');
      await until(() => events.of('sent').filter(({ name }) => name === 'never').length === 2);
      between?.cut();
      expect(await lost).to.include({ kind: 'connectionLost' });
      expect(await ask(session$, 'echo', 'after')).to.equal('after');
    });

    it('without an ack are sends', async () => {
      const heard: unknown[] = [];
      const { session$ } = await setting({ on: (socket) => socket.onAny((...args) => heard.push(args)) });
      await lastValueFrom(session$.pipe(send('typing', { in: 'lobby' })), { defaultValue: undefined });
      await until(() => heard.length > 0);
      expect(heard).to.deep.equal([['typing', { in: 'lobby' }]]);
    });
  });

  describe('topics', () => {
    it('are the events of a name, and notifications are all of them', async () => {
      const { session$, server } = await setting();
      const ticks = recorded(session$.pipe(topic('tick')));
      const all = recorded(session$.pipe(notifications()));
      const socket = await server.socket(0);
      socket.emit('tick', { price: 1 });
      socket.emit('tock', strange);
      socket.emit('tick');
      socket.emit('tick', 1, 2);
      await ticks.value((value) => Array.isArray(value));
      expect(ticks.values).to.deep.equal([{ price: 1 }, undefined, [1, 2]]);
      expect(all.values.map(({ topic: name, data }) => [name, data])).to.deep.equal([
        ['tick', { price: 1 }],
        ['tock', strange],
        ['tick', undefined],
        ['tick', [1, 2]],
      ]);
    });

    it('have no params where nobody is asked for them', async () => {
      const { session$ } = await setting();
      expect(await recorded(session$.pipe(topic('tick', { symbol: 'SPX' }))).end).to.include({ kind: 'malformedMessage' });
    });

    it('of one room stay in it until the last of them is left', async () => {
      const left: unknown[] = [];
      const on = (socket: Socket): void => {
        socket.on('join', async (room, _params, ack) => {
          await socket.join(room);
          ack();
        });
        socket.on('leave', async (room) => {
          left.push(room);
          await socket.leave(room);
        });
      };
      const options = { topics: { subscribe: 'join', unsubscribe: (room: string) => ['leave', room] as const } };
      const { session$, server, events } = await setting({ on, options });
      recorded(session$);
      const [one, two] = [1, 2].map((depth) => recorded(session$.pipe(topic('room', { depth }))));
      await events.event('subscribed', 1);
      one?.subscription.unsubscribe();
      // What was sent before it has been heard by now.
      const other = recorded(session$.pipe(topic('other', {})));
      await events.event('subscribed', 2);
      server.io.to('room').emit('room', 'still');
      await two?.value((value) => value === 'still');
      expect([left, one?.values]).to.deep.equal([[], []]);
      two?.subscription.unsubscribe();
      other.subscription.unsubscribe();
      await until(() => left.length === 2);
      expect(left).to.deep.equal(['room', 'other']);
    });

    it('are rooms that are joined, left, and joined again after a cut', async () => {
      const calls: unknown[] = [];
      const on = (socket: Socket): void => {
        socket.on('join', async (room, params, ack) => {
          calls.push(['join', room, params]);
          if (params.token !== 'secret') return ack({ error: { code: 'FORBIDDEN' } });
          await socket.join(room);
          return ack();
        });
        socket.on('leave', async (room, params) => {
          calls.push(['leave', room, params]);
          await socket.leave(room);
        });
      };
      const options = { topics: { subscribe: 'join', unsubscribe: 'leave' } };
      const { session$, server, between, events } = await setting({ on, options, cut: true });
      recorded(session$);
      const refused = recorded(session$.pipe(topic('room', { token: 'wrong' })));
      expect(await refused.end).to.include({ kind: 'subscriptionRejected', code: 'FORBIDDEN' });
      const room = recorded(session$.pipe(topic('room', { token: 'secret' })));
      await events.event('subscribed');
      server.io.to('room').emit('room', 'one');
      await room.value((value) => value === 'one');
      between?.cut();
      await events.event('subscribed', 1);
      server.io.to('room').emit('room', 'two');
      await room.value((value) => value === 'two');
      room.subscription.unsubscribe();
      await until(() => calls.length === 4);
      expect(room.values).to.deep.equal(['one', 'two']);
      const params = { token: 'secret' };
      expect(calls.slice(1)).to.deep.equal([
        ['join', 'room', params],
        ['join', 'room', params],
        ['leave', 'room', params],
      ]);
    });
  });

  describe('requests of the server', () => {
    const handlers = {
      where: (given: unknown) => ({ given }),
      nothing: () => undefined,
      fails: () => {
        throw new Error('a secret');
      },
    };

    it('are answered by commands, with an ack', async () => {
      const { session$, server } = await setting({ handlers });
      recorded(session$);
      const socket = (await server.socket(0)).timeout(1_000);
      expect(await socket.emitWithAck('where', strange)).to.deep.equal({ given: strange });
      expect(await socket.emitWithAck('where', 1, 2)).to.deep.equal({ given: [1, 2] });
      expect(await socket.emitWithAck('nothing')).to.equal(undefined);
      expect(await socket.emitWithAck('unknown')).to.have.nested.property('error.code', 'UNKNOWN_COMMAND');
      const failed = await socket.emitWithAck('fails');
      expect(failed).to.have.nested.property('error.code', 'INTERNAL_ERROR');
      expect(JSON.stringify(failed)).not.to.include('secret');
      expect(await server.io.timeout(1_000).emitWithAck('where', 7)).to.deep.equal([{ given: 7 }]);
    });
  });

  describe('bytes', () => {
    it('go both ways, wherever they are in the data', async () => {
      const uploads: unknown[] = [];
      const on = (socket: Socket): void => {
        socket.on('upload', (file, ack) => {
          uploads.push(file);
          ack({ again: [file.bytes, { copy: file.bytes }] });
        });
      };
      const { session$, server } = await setting({ on, handlers: { reverse: (bytes: Uint8Array) => bytes.toReversed() } });
      const chunks = recorded(session$.pipe(topic<any>('chunk')));
      const bytes = Uint8Array.of(0, 1, 255);
      expect(await ask(session$, 'upload', { name: 'a', bytes })).to.deep.equal({ again: [bytes, { copy: bytes }] });
      expect(uploads).to.deep.equal([{ name: 'a', bytes: Buffer.from(bytes) }]);
      const socket = await server.socket(0);
      socket.emit('chunk', { part: [Buffer.from('a'), Buffer.from('b')] });
      socket.emit('chunk', Buffer.alloc(300_000, 7));
      expect(await chunks.value(({ part }) => part)).to.deep.equal({ part: [Uint8Array.of(97), Uint8Array.of(98)] });
      const large = await chunks.value((value) => value instanceof Uint8Array);
      expect([large.length, large[0], large[299_999]]).to.deep.equal([300_000, 7, 7]);
      expect(await socket.timeout(1_000).emitWithAck('reverse', Buffer.from('ab'))).to.deep.equal(Buffer.from('ba'));
    });
  });

  describe('large frames', () => {
    const on = (socket: Socket): void => void socket.on('echo', (data, ack) => ack(data));

    it('pass both ways, and what the server would hang up on fails its sender alone', async () => {
      const { session$, server } = await setting({ on, server: { maxHttpBufferSize: 100_000 } });
      recorded(session$);
      const most = 'x'.repeat(100_000 - '421["echo",""]'.length);
      expect(await ask(session$, 'echo', most)).to.equal(most);
      for (const data of [`${most}x`, 'ä'.repeat(60_000), new Uint8Array(100_001)])
        expect(await failureOf(session$, 'echo', data)).to.include({ kind: 'malformedMessage', direction: 'out' });
      expect(await ask(session$, 'echo', new Uint8Array(100_000))).to.have.length(100_000);
      expect(await ask(session$, 'echo', 'still here')).to.equal('still here');
      expect(server.sockets).to.have.length(1);
    });
  });

  describe('a namespace', () => {
    /** Lets in whoever has the token. */
    const guarded = async (setup: Setting, tokens: readonly string[] = ['secret']) => {
      const all = await setting({ options: { namespace: '/streaming' }, ...setup });
      all.server.io.of('/streaming').use((socket, next) => {
        if (tokens.includes(socket.handshake.auth.token as string)) next();
        else next(Object.assign(new Error('not for you'), { data: { hint: 'a token' } }));
      });
      return all;
    };

    it('is connected with the credentials as auth, and apart from others', async () => {
      const { session$, server } = await guarded({ config: { credentials: { token: 'secret' } } });
      const ticks = recorded(session$.pipe(topic('tick')));
      const session = await recorded(session$).value();
      const socket = await server.socket(0);
      expect(session.opened).to.deep.include({ greeting: { sid: socket.id, recovered: false } });
      server.io.emit('tick', 'of the default namespace');
      socket.emit('tick', 'ours');
      expect(await ticks.value()).to.equal('ours');
      ticks.subscription.unsubscribe();
    });

    it('refuses with the words and the data of its middleware', async () => {
      const { session$, server } = await guarded({ config: { credentials: { token: 'wrong' } } });
      const error = (await recorded(session$).end) as AuthenticationError;
      expect(error).to.include({ kind: 'authentication', retryable: false, message: '/streaming was refused: not for you' });
      expect(error.cause).to.deep.equal({ message: 'not for you', data: { hint: 'a token' } });
      expect(JSON.stringify(error)).not.to.include('wrong');
      expect(server.urls).to.have.length(1);
    });

    it('is asked again with refreshed credentials', async () => {
      const asked: boolean[] = [];
      const credentials = ({ refreshed = false } = {}) => {
        asked.push(refreshed);
        return { token: refreshed ? 'secret' : 'expired' };
      };
      const { session$ } = await guarded({ config: { credentials } });
      const session = await recorded(session$).value();
      expect(session.open).to.equal(true);
      expect(asked).to.deep.equal([false, true]);
    });

    it('that does not exist is refused', async () => {
      const server = await socketIoServer();
      const { session$ } = gatewayAt(server.url, { options: { namespace: '/nowhere' } });
      expect(await recorded(session$).end).to.include({ message: '/nowhere was refused: Invalid namespace', retryable: false });
    });
  });

  describe('the heartbeat', () => {
    const server = { pingInterval: 40, pingTimeout: 30 };

    it('is that of the server: who answers stays, who does not is cut', async () => {
      const { session$, server: io, events } = await setting({ server });
      recorded(session$);
      const socket = await io.socket(0);
      const silent = new WebSocket(`${io.url}/socket.io/?EIO=4&transport=websocket`);
      atTestEnd(() => silent.close());
      silent.onmessage = ({ data }) => {
        if ((data as string).startsWith('0')) silent.send('40');
      };
      const cut = await new Promise<string>((resolve) => void io.socket(1).then((other) => other.on('disconnect', resolve)));
      expect(cut).to.equal('ping timeout');
      await until(() => events.of('received').filter(({ kind }) => kind === 'ping').length >= 4);
      expect(socket.connected).to.equal(true);
      expect(events.of('opened')).to.have.length(1);
    });

    it('finds out that the server is gone, and there is a next session', async () => {
      const { session$, server: io, between, events } = await setting({ server, cut: true });
      await recorded(session$).value();
      between?.stall();
      const { end } = await events.event('ended');
      expect(end.error).to.include({ kind: 'heartbeatTimeout', timeout: 30 });
      await io.socket(1);
    });
  });

  describe('the end of a session', () => {
    it('by a server that disconnects is final', async () => {
      const { session$, server } = await setting();
      const sessions = recorded(session$);
      const socket = await server.socket(0);
      socket.disconnect();
      expect(await sessions.end).to.include({ kind: 'connectionLost', reason: 'io server disconnect', retryable: false });
      expect(server.urls).to.have.length(1);
    });

    it('by a server that goes down is not', async () => {
      const { session$, server, events } = await setting();
      const sessions = recorded(session$);
      (await server.socket(0)).conn.close();
      await events.event('ended');
      await server.socket(1);
      expect(sessions.ends).to.deep.equal([]);
    });

    it('by us is told to the server', async () => {
      const { session$, server } = await setting();
      const sessions = recorded(session$);
      await sessions.value();
      const socket = await server.socket(0);
      const reason = new Promise((resolve) => socket.on('disconnect', resolve));
      sessions.subscription.unsubscribe();
      expect(await reason).to.equal('client namespace disconnect');
    });

    it('comes before it began where the upgrade is refused', async () => {
      const server = { allowRequest: (_request: unknown, verdict: (error: string, ok: boolean) => void) => verdict('no', false) };
      const { session$ } = await setting({ server });
      expect(await recorded(session$).end).to.include({ kind: 'handshakeRejected', status: 400, retryable: false });
    });
  });

  describe('connection-state recovery', () => {
    const server = { connectionStateRecovery: {} };
    const on = (socket: Socket): void => {
      socket.on('echo', (data, ack) => ack(data));
      if (!socket.recovered) void socket.join('room');
    };

    /** Two events, a cut with three more meanwhile, and the next session. */
    const interrupted = async (setup: Setting) => {
      const all = await setting({ server, on, cut: true, ...setup });
      const sessions = recorded(all.session$);
      const news = recorded(all.session$.pipe(topic<any>('news')));
      const first = await all.server.socket(0);
      const gone = new Promise((resolve) => first.on('disconnect', resolve));
      first.emit('news', 1);
      all.server.io.to('room').emit('news', { n: 2 }, 'two');
      await until(() => news.values.length === 2);
      all.between?.cut();
      await gone;
      all.server.io.to('room').emit('news', 3);
      all.server.io.emit('news', Buffer.from('4'));
      all.server.io.to('elsewhere').emit('news', 'not for us');
      all.server.io.to('room').emit('news');
      const second = await all.server.socket(1);
      second.emit('news', 'new');
      await news.value((value) => [value].flat()[0] === 'new');
      const greetings = sessions.values.map(({ opened }) => opened.greeting as { readonly recovered: boolean });
      return { ...all, sessions, first, second, news: news.values, greetings };
    };

    it('brings what was missed, in order and once, and says so', async () => {
      const { first, second, news, greetings, session$, counters } = await interrupted({});
      expect(news).to.deep.equal([1, [{ n: 2 }, 'two'], 3, Uint8Array.of(52), undefined, 'new']);
      expect(greetings.map(({ recovered }) => recovered)).to.deep.equal([false, true]);
      expect([second.recovered, second.id]).to.deep.equal([true, first.id]);
      expect(Object.values(counters.drops).filter(Boolean)).to.deep.equal([]);
      expect(await ask(session$, 'echo', 'still')).to.equal('still');
    });

    it('goes on over a second cut, from where the first one ended', async () => {
      const { server: io, between, session$, sessions, second } = await interrupted({});
      const more = recorded(session$.pipe(topic('news')));
      const gone = new Promise((resolve) => second.on('disconnect', resolve));
      between?.cut();
      await gone;
      io.io.to('room').emit('news', 'while away');
      await more.value();
      expect(more.values).to.deep.equal(['while away']);
      expect(sessions.values.at(-1)?.opened.greeting).to.deep.include({ sid: second.id, recovered: true });
    });

    it('starts anew where the server has forgotten', async () => {
      const { second, first, greetings, news } = await interrupted({
        server: { connectionStateRecovery: { maxDisconnectionDuration: -1 } },
      });
      expect(greetings.map(({ recovered }) => recovered)).to.deep.equal([false, false]);
      expect(second.id).not.to.equal(first.id);
      expect(news.at(-1)).to.equal('new');
      expect(news).to.have.length(3);
    });

    it('is not asked for with recovery: false, and the offset stays among the arguments', async () => {
      const { second, news } = await interrupted({ options: { recovery: false } });
      expect(second.recovered).to.equal(false);
      expect(news[0]).to.deep.equal([1, news[0][1]]);
      expect(news[0][1]).to.be.a('string');
      expect(news).to.have.length(3);
    });

    it('is over after a goodbye', async () => {
      const { session$, server: io } = await setting({ server, on });
      const news = recorded(session$.pipe(topic('news')));
      (await io.socket(0)).emit('news', 1);
      await news.value();
      news.subscription.unsubscribe();
      const again = await recorded(session$).value();
      expect(again.opened.greeting).to.deep.include({ recovered: false });
    });
  });

  describe('the snippets of the guide', () => {
    it('stream ticks, place orders, and answer', async () => {
      const tokens: unknown[] = [];
      const server = await socketIoServer(
        (socket) => {
          tokens.push(socket.handshake.auth.token);
          socket.on('place', (order, ack) => ack({ id: `order of ${order.symbol}` }));
        },
        {},
        '/streaming',
      );
      const { ticks$, place, typing } = streaming(server.url, () => 'a token');
      const ticks = recorded(ticks$);
      expect(await lastValueFrom(place({ symbol: 'SPX' }))).to.deep.equal({ id: 'order of SPX' });
      const socket = await server.socket(0);
      const typed = new Promise<void>((resolve) => socket.on('typing', resolve));
      recorded(typing());
      await typed;
      expect(await socket.timeout(1_000).emitWithAck('where')).to.equal('London');
      socket.emit('tick', { symbol: 'SPX', price: 1 });
      expect(await ticks.value()).to.deep.equal({ symbol: 'SPX', price: 1 });
      expect(tokens).to.deep.equal(['a token']);
    });

    it('join rooms', async () => {
      const server = await socketIoServer((socket) => {
        socket.on('join', async (room, ack) => {
          if (room === 'room:8') return ack({ status: 'error', reason: 'full' });
          await socket.join(room);
          ack({ status: 'ok' });
          return server.io.to(room).emit('said', room, 'welcome');
        });
      });
      const room = rooms(server.url);
      const heard = await lastValueFrom(room(7).pipe(take(1), toArray()));
      expect(heard).to.deep.equal(['welcome']);
      expect(await recorded(room(8)).end).to.include({ kind: 'subscriptionRejected', code: 'full' });
    });
  });
});
