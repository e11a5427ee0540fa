import { expect } from 'chai';
import {
  type AuthenticationError,
  connect,
  type ConnectionLostError,
  heartbeat,
  request,
  retryBackoff,
  send,
  type Session,
  shareSession,
  topic,
} from 'rxgate';
import { socketIo } from 'rxgate/protocols';
import { commands } from 'rxgate/server';
import { lastValueFrom } from 'rxjs';
import type { Socket } from 'socket.io';
import { io, type Socket as ClientSocket } from 'socket.io-client';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { proxy } from '../support/proxy.js';
import { recorded } from '../support/recorded.js';
import { socketIoServer } from '../support/socketIoServer.js';
import { until } from '../support/until.js';

/** What a user does and sees, with either client. */
interface User {
  ask(event: string, data: unknown): Promise<unknown>;
  tell(event: string, data: unknown): void;
  /** The data of each event of that name so far. */
  readonly news: readonly unknown[];
  /** Whether each connection so far was recovered. */
  readonly connections: readonly boolean[];
  /** Why there is no more. */
  readonly ends: readonly string[];
}
type Connects = (url: string, token: string) => User;

const answerOf = (question: unknown) => ({ answer: question });
const soon = 5;

const ours: Connects = (url, token) => {
  const session$ = connect({ url, protocol: socketIo({ namespace: '/streaming' }), credentials: { token } }).pipe(
    heartbeat(),
    commands<Session>({ question: answerOf }),
    retryBackoff({ initialDelay: soon, maxDelay: soon }),
    shareSession(),
  );
  const connections: boolean[] = [];
  const ends: string[] = [];
  const subscription = session$.subscribe({
    next: ({ opened }) => connections.push((opened.greeting as { recovered: boolean }).recovered),
    error: (problem: unknown) => {
      const error = problem as ConnectionLostError | AuthenticationError;
      ends.push('reason' in error ? error.reason : (error.cause as Error).message);
    },
  });
  atTestEnd(() => subscription.unsubscribe());
  const { values: news } = recorded(session$.pipe(topic('news')));
  return {
    ask: (event, data) => lastValueFrom(session$.pipe(request(event, data))),
    tell: (event, data) => void session$.pipe(send(event, data)).subscribe(),
    news,
    connections,
    ends,
  };
};

const theirs: Connects = (url, token) => {
  const socket: ClientSocket = io(`${url}/streaming`, {
    transports: ['websocket'],
    auth: { token },
    reconnectionDelay: soon,
    reconnectionDelayMax: soon,
    forceNew: true,
  });
  atTestEnd(() => socket.close());
  const news: unknown[] = [];
  const connections: boolean[] = [];
  const ends: string[] = [];
  socket.on('connect', () => connections.push(socket.recovered));
  // The offset comes as a last argument, which their users leave alone.
  socket.on('news', (data) => news.push(data));
  socket.on('question', (question, ack) => ack(answerOf(question)));
  // Their user sees each loss; an end is one after which they do not try again.
  const over = (why: string): void => {
    if (!socket.active) ends.push(why);
  };
  socket.on('disconnect', over);
  socket.on('connect_error', ({ message }) => over(message));
  return {
    ask: (event, data) => socket.emitWithAck(event, data),
    tell: (event, data) => void socket.emit(event, data),
    news,
    connections,
    ends,
  };
};

/** Bytes as lists: theirs come as a Buffer, ours as a Uint8Array. */
const plain = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return ['bytes', ...value];
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]))
    : value;
};

/** The same steps: what the user sees, and what the server does. */
const replay = async (connects: Connects) => {
  const heard: unknown[] = [];
  const on = (socket: Socket): void => {
    socket.onAny((event, ...args) => heard.push([event, args.filter((arg) => typeof arg !== 'function')]));
    socket.on('echo', (data, ack) => ack(data));
    if (!socket.recovered) void socket.join('room');
  };
  const server = await socketIoServer(on, { connectionStateRecovery: {} }, '/streaming');
  const room = server.io.of('/streaming').to('room');
  server.io.of('/streaming').use((socket, next) => {
    next(socket.handshake.auth.token === 'secret' ? undefined : new Error('not for you'));
  });
  const { url, cut } = await proxy(server.port);
  const views: unknown[] = [];

  const stranger = connects(url, 'wrong');
  await until(() => stranger.ends.length > 0);
  views.push(stranger.ends, stranger.connections);

  const user = connects(url, 'secret');
  await until(() => user.connections.length === 1);
  for (const data of ['ä€𝄞 👩‍👩‍👧', null, [1, [2]], { deep: { bytes: Uint8Array.of(0, 255) } }, 'large '.repeat(50_000)])
    views.push(await user.ask('echo', data));
  user.tell('typing', { in: 'lobby' });
  const first = await server.socket(0);
  views.push(await first.timeout(1_000).emitWithAck('question', { bytes: Buffer.from('?') }));
  room.emit('news', 1);
  first.emit('news', { bytes: Buffer.from('2') });
  await until(() => user.news.length === 2);

  const gone = new Promise((resolve) => first.on('disconnect', resolve));
  cut();
  views.push(await gone);
  room.emit('news', 'missed');
  room.emit('news', [Buffer.from('missed')]);
  const second = await server.socket(1);
  await until(() => user.connections.length === 2);
  second.emit('news', 'after');
  await until(() => user.news.length === 5);
  views.push(await user.ask('echo', 'after'), second.id === first.id, second.recovered);

  second.disconnect();
  await until(() => user.ends.length > 0);
  views.push(user.news, user.connections, user.ends);
  return { views: plain(views), heard: plain(heard) };
};

describe('socketIo, beside socket.io-client', () => {
  afterEach(cleanUp);

  it('shows its user the same, over a refusal, a cut, a recovery and the end, and tells the server the same', async () => {
    const [we, they] = [await replay(ours), await replay(theirs)];
    expect(we).to.deep.equal(they);
    const views = we.views as readonly unknown[];
    expect(views.slice(0, 2)).to.deep.equal([['not for you'], []]);
    expect(views.slice(-3)).to.deep.equal([
      [1, { bytes: ['bytes', 50] }, 'missed', [['bytes', ...Buffer.from('missed')]], 'after'],
      [false, true],
      ['io server disconnect'],
    ]);
  });
});
