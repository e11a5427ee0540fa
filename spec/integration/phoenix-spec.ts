import { expect } from 'chai';
import { Presence, type Push, Socket } from 'phoenix';
import { catchError, concatMap, filter, firstValueFrom, from, map, of, retry, toArray } from 'rxjs';
import {
  connect,
  heartbeat,
  type HeartbeatConfig,
  request,
  type RequestFailedError,
  retryBackoff,
  send,
  shareSession,
  type SubscriptionRejectedError,
  topic,
} from 'rxgate';
import { phoenix, type PhoenixEvent, phoenixPresence } from 'rxgate/protocols';
import { WebSocket } from 'ws';
import { lobby } from '../../docs/snippets/phoenix.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { phoenixServer } from '../support/phoenixServer.js';
import { recorded } from '../support/recorded.js';
import { until } from '../support/until.js';

const soon = { initialDelay: 5, maxDelay: 10 };
const gatewayAt = (url: string, beats: HeartbeatConfig = {}) =>
  connect({ url: `${url}/socket`, protocol: phoenix() }).pipe(
    heartbeat({ random: () => 0.99, ...beats }),
    retryBackoff(soon),
    shareSession({ linger: 50 }),
  );

/** The reference client, with its answers as promises. */
const referenceAt = (url: string) => {
  const socket = new Socket(`${url}/socket`, {
    transport: WebSocket,
    reconnectAfterMs: () => soon.maxDelay,
    rejoinAfterMs: () => soon.maxDelay,
  });
  socket.connect();
  atTestEnd(() => new Promise<void>((resolve) => socket.disconnect(resolve)));
  const answer = (push: Push) =>
    new Promise<unknown>((resolve) => {
      for (const status of ['ok', 'error']) push.receive(status, (response) => resolve([status, response]));
    });
  return { socket, answer };
};

const commands = [
  ['echo', { text: 'hällo', deep: [1, { two: null }] }],
  ['fail', {}],
  ['shout', { text: 'all' }],
  ['up', Uint8Array.of(0, 1, 255)],
] as const;
const plain = (value: unknown): unknown => {
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)];
  return value instanceof Uint8Array ? [...value] : value;
};
const events = (heard: readonly PhoenixEvent[]) => heard.map(({ event, payload }) => [event, plain(payload)]);

describe('phoenix, against a server of channels', () => {
  afterEach(cleanUp);

  it('shows what the reference client shows, and sends the frames that it sends', async () => {
    const server = await phoenixServer();
    const reference = referenceAt(server.url);
    const channel = reference.socket.channel('room:1', { user: 'ann' });
    const theirEvents: unknown[] = [];
    for (const event of ['presence_state', 'presence_diff', 'shouted', 'bytes'])
      channel.on(event, (payload) => theirEvents.push([event, plain(payload)]));
    const theirs = [await reference.answer(channel.join())];
    for (const [event, payload] of commands) {
      const [status, response] = (await reference.answer(
        channel.push(event, payload instanceof Uint8Array ? payload.buffer : payload),
      )) as unknown[];
      theirs.push([status, plain(response)]);
    }
    await reference.answer(channel.leave());

    const session$ = gatewayAt(server.url);
    const room = recorded(session$.pipe(topic<PhoenixEvent>('room:{id}', { id: 1, user: 'ann' })));
    const { payload } = await room.value(({ event }) => event === 'phx_join');
    const ours = await firstValueFrom(
      from(commands).pipe(
        concatMap(([event, data]) =>
          session$.pipe(
            request(`room:1 ${event}`, data),
            map((response) => ['ok', plain(response)]),
            // As the reference client tells it.
            catchError((error: unknown) => of(['error', (error as RequestFailedError).data])),
          ),
        ),
        toArray(),
      ),
    );
    room.subscription.unsubscribe();
    const second = await server.connection(1);
    await second.closed;

    expect([['ok', payload], ...ours]).to.deep.equal(theirs);
    expect(theirs).to.have.length(5);
    const numbered = (all: readonly unknown[]) => JSON.parse(JSON.stringify(all).replace(/"F\d+"/g, '"F"')) as unknown;
    expect(numbered(events(room.values.slice(1)))).to.deep.equal(numbered(theirEvents));
    expect(server.frames(1)).to.deep.equal(server.frames(0));
    expect(server.connections.map(({ request: { url } }) => url)).to.deep.equal(
      Array.from({ length: 2 }, () => '/socket/websocket?vsn=2.0.0'),
    );
  });

  it('tells why a join was refused', async () => {
    const server = await phoenixServer();
    const session$ = gatewayAt(server.url);
    const refusal = async (name: string, params?: object) => {
      const error = (await recorded(session$.pipe(topic(name, params))).end) as SubscriptionRejectedError;
      return [error.kind, error.code, error.retryable, error.data];
    };
    expect(await refusal('room:1', { token: 'wrong' })).to.deep.equal([
      ...['subscriptionRejected', 'unauthorized', false],
      { reason: 'unauthorized', hint: 'a token' },
    ]);
    expect(await refusal('lobby')).to.include('unmatched topic');
    expect(await recorded(session$.pipe(request('room:9 echo'))).end).to.include({
      kind: 'requestFailed',
      code: 'unmatched topic',
    });
    const [first, second] = [
      recorded(session$.pipe(topic('room:1', { user: 'ann' }))),
      recorded(session$.pipe(topic('room:1', { user: 'bob' }))),
    ];
    expect(await second.end).to.include({ code: 'ALREADY_JOINED' });
    await first.value();
    expect(first.ends).to.deep.equal([]);
  });

  it('joins again after a cut, with what was waiting, and so does the reference client', async () => {
    const server = await phoenixServer();
    const reference = referenceAt(server.url);
    const theirs = reference.socket.channel('room:1', { user: 'ann' });
    await reference.answer(theirs.join());
    const session$ = gatewayAt(server.url);
    const room = recorded(session$.pipe(topic<PhoenixEvent>('room:1', { user: 'bob' })));
    await room.value(({ event }) => event === 'presence_state');
    for (const { socket } of server.connections) socket.terminate();
    // Theirs would be lost: what the reference client has pushed is not pushed again.
    const answer = await firstValueFrom(session$.pipe(request('room:1 echo', { after: 'the cut' }, { idempotent: true })));
    await server.connection(3);
    const theirAnswer = await reference.answer(theirs.push('echo', { after: 'the cut' }));
    expect([['ok', answer], theirAnswer]).to.deep.equal(Array.from({ length: 2 }, () => ['ok', { after: 'the cut' }]));
    const heard = room.value(({ event }) => event === 'shouted');
    await firstValueFrom(session$.pipe(request('room:1 shout', { text: 'again' })));
    expect(await heard).to.deep.equal({ event: 'shouted', payload: { text: 'again' } });
    expect(room.values.filter(({ event }) => event === 'phx_join')).to.have.length(2);
    expect(room.ends).to.deep.equal([]);
  });

  it('fails a topic whose channel crashed, so that a retry joins it anew, and completes one that was closed', async () => {
    const server = await phoenixServer();
    const session$ = gatewayAt(server.url);
    const crashes: SubscriptionRejectedError[] = [];
    const room = recorded(
      session$.pipe(
        topic<PhoenixEvent>('room:1'),
        retry({
          delay: (error: SubscriptionRejectedError) => {
            crashes.push(error);
            return [error.retryable];
          },
        }),
        filter(({ event }) => event === 'phx_join'),
      ),
    );
    await room.value();
    const rejoined = recorded(
      session$.pipe(
        topic<PhoenixEvent>('room:2'),
        filter(({ event }) => event === 'presence_diff'),
      ),
    );
    await rejoined.value();
    await firstValueFrom(session$.pipe(send('room:1 crash')), { defaultValue: undefined });
    await firstValueFrom(session$.pipe(request('room:2 echo')));
    expect(crashes.map(({ code, retryable }) => [code, retryable])).to.deep.equal([['phx_error', true]]);
    await firstValueFrom(session$.pipe(request('room:1 echo')));
    expect(room.values).to.have.length(2);
    await firstValueFrom(session$.pipe(send('room:1 close')), { defaultValue: undefined });
    expect(await room.end).to.equal('complete');
    expect(rejoined.ends).to.deep.equal([]);
    expect(server.connections).to.have.length(1);
  });

  it('beats, and connects anew to a gateway that fell silent', async () => {
    const server = await phoenixServer();
    const session$ = gatewayAt(server.url, { interval: 30, timeout: 40 });
    const room = recorded(session$.pipe(topic<PhoenixEvent>('room:1')));
    await room.value();
    const first = await server.connection(0);
    const beats = await firstValueFrom(from([await first.body((body) => body[3] === 'heartbeat')]));
    expect(beats).to.have.deep.members([null, beats[1], 'phoenix', 'heartbeat', {}]);
    await first.body((body) => body[3] === 'heartbeat' && body[1] !== beats[1]);
    expect(server.connections).to.have.length(1);
    server.silence();
    await server.connection(1);
    expect((await first.closed).code).to.equal(1006);
  });

  it('lists who is present, and so does the reference client', async () => {
    const server = await phoenixServer();
    const reference = referenceAt(server.url);
    const theirs = reference.socket.channel('room:1', { user: 'ann' });
    const presence = new Presence(theirs);
    const lists: Record<string, number>[] = [];
    presence.onSync(() => lists.push(Object.fromEntries(presence.list((key, { metas }) => [key, metas.length]))));
    await reference.answer(theirs.join());
    const session$ = gatewayAt(server.url);
    const here = recorded(
      session$.pipe(
        topic<PhoenixEvent>('room:1', { user: 'bob' }),
        phoenixPresence(),
        map((list) => Object.fromEntries([...list].map(([key, metas]) => [key, metas.length]))),
      ),
    );
    await here.value();
    const second$ = gatewayAt(server.url);
    const tab = recorded(second$.pipe(topic('room:1', { user: 'bob' })));
    await here.value(({ bob }) => bob === 2);
    tab.subscription.unsubscribe();
    await until(() => here.values.some((list) => list.bob === 2) && here.values.at(-1)?.bob === 1 && lists.at(-1)?.bob === 1);
    expect(here.values.slice(-3)).to.deep.equal([
      { ann: 1, bob: 1 },
      { ann: 1, bob: 2 },
      { ann: 1, bob: 1 },
    ]);
    expect(lists.slice(-3)).to.deep.equal(here.values.slice(-3));
  });

  it('runs the snippet of the guide', async () => {
    const server = await phoenixServer();
    const { messages$, here$, say } = lobby(`${server.url}/socket`);
    const messages = recorded(messages$);
    const here = recorded(here$);
    await here.value((names) => names.includes('ann'));
    await firstValueFrom(say('hi'));
    expect(await messages.value()).to.deep.equal({ body: 'hi' });
  });
});
