import { expect } from 'chai';
import { createServer } from 'node:net';
import { filter, firstValueFrom, lastValueFrom, map, mergeMap, NEVER, of, take, tap, timer, toArray } from 'rxjs';
import { authenticate, connect, type GatewayEvent, notifications, request, shareSession, topic } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import {
  createGatewayServer,
  createRooms,
  createServerCounters,
  createUsers,
  type GatewayServer,
  type GatewayServerConfig,
  type Peer,
} from 'rxgate/server';
import { peerLink } from '../../lib/server/peerLink.js';
import { type Recorded, recorded } from '../support/recorded.js';
import { activeResources, resourcesBackTo } from '../support/activeResources.js';

const fieldOf = (name: string) => (error: unknown) => (error as Readonly<Record<string, unknown>>)[name];

describe('createGatewayServer', () => {
  let server: GatewayServer | undefined;
  afterEach(() => {
    server?.close();
    server = undefined;
  });

  const start = async (config: Partial<GatewayServerConfig> = {}) => {
    const made = createGatewayServer({
      ...{ port: 0, host: '127.0.0.1', protocol: commandNotify() },
      authenticate: ({ url = '' }) => ({ user: new URL(url, 'ws://x').searchParams.get('user') ?? 'nobody' }),
      ...config,
    });
    server = made;
    const { port } = await made.listening;
    const client = (user: string) =>
      connect({ url: `ws://127.0.0.1:${port}/?user=${user}`, protocol: commandNotify() }).pipe(shareSession());
    return { server: made, client };
  };

  it('assembles users, rooms, commands, topics and the stages of the application', async () => {
    const passed: string[] = [];
    const { server, client } = await start({
      stages: [tap(({ identity }: Peer) => passed.push(`${identity?.user} is ${made().users.size}`))],
      commands: {
        join: (room: string, { peer }) => made().rooms.join(peer, room),
        who: (_data, { peer }) => peer.identity?.user,
      },
      topics: { 'bars:{symbol}': ({ symbol }) => of(`${symbol} 1`) },
    });
    function made() {
      return server;
    }
    const ann = client('ann');
    expect(await firstValueFrom(ann.pipe(request('who')))).to.equal('ann');
    expect(await lastValueFrom(ann.pipe(topic('bars:SPX'), toArray()))).to.deep.equal(['SPX 1']);
    expect(passed[0]).to.equal('ann is 1');
    const joined = ann.subscribe({ error: () => undefined });
    expect(await firstValueFrom(ann.pipe(request('join', 'lobby')))).to.equal(true);
    expect([server.rooms.names, server.users.names]).to.deep.equal([['lobby'], ['ann']]);
    joined.unsubscribe();
  });

  it('sends to all, to a user, to a room, and not to who is excepted', async () => {
    const { server, client } = await start({
      commands: { join: (room: string, { peer }) => server.rooms.join(peer, room) },
    });
    const heard: Record<string, unknown[]> = { ann: [], bob: [] };
    const sessions = Object.keys(heard).map((user) => {
      const session$ = client(user);
      session$.pipe(notifications('said')).subscribe({
        next: ({ data }) => heard[user]?.push(data),
        error: () => undefined,
      });
      return session$;
    });
    await Promise.all(sessions.map((session$) => firstValueFrom(session$)));
    await firstValueFrom(sessions[1]!.pipe(request('join', 'lobby')));
    const ann = server.users.peers('ann');
    expect([
      server.broadcast('said', 'all').sent,
      server.broadcast('said', 'others', { except: ann }).sent,
      server.toUser('ann', 'said', 'ann').sent,
      server.toRoom('lobby', 'said', 'lobby').sent,
    ]).to.deep.equal([2, 1, 1, 1]);
    // Their replies come after all that was sent before.
    await Promise.all(sessions.map((session$) => firstValueFrom(session$.pipe(request('join', 'x')))));
    expect(heard).to.deep.equal({ ann: ['all', 'ann'], bob: ['all', 'others', 'lobby'] });
  });

  it('limits and measures: what is counted is in the snapshot and in the samples', async () => {
    const { server, client } = await start({
      limits: { perUser: 1 },
      rateLimit: { perConnection: { points: 2, duration: 60_000 } },
      commands: { who: () => 1 },
    });
    const ann = client('ann');
    const open = ann.subscribe({ error: () => undefined });
    const ask = () => firstValueFrom(ann.pipe(request('who'))).catch(fieldOf('code'));
    expect([await ask(), await ask(), await ask()]).to.deep.equal([1, 1, 'RATE_LIMITED']);
    const second = await lastValueFrom(client('ann')).catch(fieldOf('code'));
    expect(second).to.equal(4429);
    const { connections, opened, users, commands, rateLimited, rejected } = server.snapshot();
    expect({ opened, users, rateLimited, rejected }).to.deep.equal({
      ...{ opened: 2, users: 1, rateLimited: 1 },
      rejected: { limit: 1 },
    });
    expect(connections).to.be.within(1, 2);
    expect(commands.answered).to.equal(2);
    const sample = await firstValueFrom(server.metrics);
    expect(sample).to.include({ opened: 2, users: 1 });
    open.unsubscribe();
  });

  it('logs in by first message: users are known to the limits behind it, and their credentials expire', async () => {
    const { server, client } = await start({
      authenticate: undefined,
      limits: { total: 3, perUser: 1 },
      rateLimit: { perUser: { points: 2, duration: 60_000 } },
      login: { verify: (user: string) => ({ user, expiresAt: Date.now() + 60_000 }) },
      expiry: { warnBefore: 60_000, refresh: { verify: (user: string) => ({ user }) } },
      commands: { who: (_data, { peer }) => peer.identity?.user },
    });
    const as = (user: string) => client(user).pipe(authenticate((session) => session.request('POST_LOGIN', user)));
    const ann = recorded(as('ann'));
    const session = await ann.value();
    expect(server.users.names).to.deep.equal(['ann']);
    expect(await firstValueFrom(session.request('auth.refresh', 'ann'))).to.deep.equal({ user: 'ann' });
    const outcomes = [1, 2].map(() => firstValueFrom(session.request('who')).catch(fieldOf('code')));
    expect(await Promise.all(outcomes)).to.deep.equal(['ann', 'RATE_LIMITED']);
    expect(
      await recorded(
        client('x').pipe(
          authenticate((other) => other.request('POST_LOGIN', 'ann')),
          mergeMap(({ closed }) => closed),
        ),
      ).end,
    ).to.include({ kind: 'connectionLost', code: 4429 });
    const bob = recorded(as('bob'));
    await bob.value();
    expect(server.snapshot().rejected).to.deep.equal({ limit: 1 });
    expect(server.users.names).to.deep.equal(['ann', 'bob']);
  });

  it('closes who has been there for its lifetime, which begins before the login', async () => {
    const { server, client } = await start({
      authenticate: undefined,
      lifetime: { max: 50, jitter: 0 },
      login: { verify: () => NEVER, timeout: 5_000 },
    });
    const session = await firstValueFrom(client('ann').pipe(mergeMap(({ closed }) => closed)));
    expect(session).to.include({ code: 1012, by: 'them' });
    expect(server.snapshot().rejected).to.deep.equal({ lifetime: 1 });
  });

  it('gives commands their options', async () => {
    const { client } = await start({ commands: { work: () => NEVER }, commandOptions: { maxRunning: 1, retryAfter: 70 } });
    const ann = client('ann');
    const working = ann.pipe(request('work')).subscribe();
    const refused = await firstValueFrom(ann.pipe(request('work'))).catch((error: unknown) => error);
    expect([fieldOf('code')(refused), fieldOf('retryAfter')(refused)]).to.deep.equal(['BUSY', 70]);
    working.unsubscribe();
  });

  it('gives topics their options', async () => {
    const { client } = await start({ topics: { bars: () => of(1) }, topicOptions: { authorize: () => false } });
    expect(await lastValueFrom(client('ann').pipe(topic('bars'))).catch(fieldOf('code'))).to.equal('FORBIDDEN');
  });

  it('bounds what it keeps for slow clients, unless told not to', async () => {
    const policies: unknown[] = [];
    for (const slowConsumers of [undefined, { policy: 'conflate' }, false] as const) {
      const { server, client } = await start({ slowConsumers });
      const first = firstValueFrom(server.peers);
      const session = client('ann').subscribe({ error: () => undefined });
      policies.push(peerLink(await first).outlet?.settings.policy);
      session.unsubscribe();
      server.close();
    }
    expect(policies).to.deep.equal(['dropOldest', 'conflate', undefined]);
  });

  it('limits logins as well: rates come before them', async () => {
    const { client } = await start({
      authenticate: undefined,
      rateLimit: { perConnection: { points: 2, duration: 60_000 } },
      login: { verify: () => undefined, attempts: 5 },
    });
    const session = await recorded(client('ann')).value();
    const tries: unknown[] = [];
    for (let n = 0; n < 3; n++) tries.push(await firstValueFrom(session.request('POST_LOGIN')).catch(fieldOf('code')));
    expect(tries).to.deep.equal(['UNAUTHENTICATED', 'UNAUTHENTICATED', 'RATE_LIMITED']);
    session.close();
  });

  it('keeps users, rooms and counts in what it is given', async () => {
    const given = { users: createUsers(), rooms: createRooms(), counters: createServerCounters() };
    const { server, client } = await start({
      ...given,
      commands: { join: (room: string, { peer }) => given.rooms.join(peer, room) },
    });
    expect([server.users, server.rooms, server.counters]).to.deep.equal(Object.values(given));
    const session = await recorded(client('ann')).value();
    expect(await firstValueFrom(session.request('join', 'lobby'))).to.equal(true);
    expect([given.users.names, given.rooms.names, given.counters.sessions]).to.deep.equal([['ann'], ['lobby'], 1]);
    expect(server.snapshot()).to.include({ users: 1, rooms: 1, opened: 1 });
    session.close();
  });

  it('samples as often as it is told, and its snapshots know how late timers are', async () => {
    const { server } = await start({ metricsInterval: 30 });
    const [first, second] = await firstValueFrom(server.metrics.pipe(take(2), toArray()));
    expect(second!.time - first!.time).to.be.within(1, 500);
    await firstValueFrom(
      server.metrics.pipe(
        take(50),
        filter(() => server.snapshot().eventLoopDelay !== undefined),
      ),
    );
    server.close();
    // What it measured with is stopped.
    expect(server.snapshot().eventLoopDelay).to.equal(undefined);
  });

  it('beats its heart, unless told not to', async () => {
    const beats = async (heartbeat: GatewayServerConfig['heartbeat']) => {
      const { server, client } = await start({ heartbeat, commands: { wait: () => timer(60).pipe(map(() => 1)) } });
      const session$ = client('ann');
      const kinds: string[] = [];
      session$.pipe(mergeMap(({ messages }) => messages)).subscribe({
        next: ({ kind }) => kinds.push(kind),
        error: () => undefined,
      });
      await firstValueFrom(session$.pipe(request('wait')));
      server.close();
      return kinds.includes('ping');
    };
    expect(await beats({ interval: 20, random: () => 0 })).to.equal(true);
    expect(await beats(false)).to.equal(false);
  });

  it('passes its life on to the events and to the listening of the application', async () => {
    const events: GatewayEvent[] = [];
    const ports: number[] = [];
    const { server, client } = await start({
      events: { next: (event) => events.push(event) },
      listening: ({ port }) => ports.push(port),
    });
    const ended = firstValueFrom(server.peers);
    const session = await firstValueFrom(client('ann'));
    expect(session.open).to.equal(false);
    await firstValueFrom((await ended).closed);
    expect(events.map(({ type }) => type)).to.deep.equal(['opened', 'ready', 'ended', 'released']);
    expect(ports).to.deep.equal([(await server.listening).port]);
  });

  it('drains: peers are told, the stream completes, and nothing is left', async () => {
    await new Promise(setImmediate);
    const before = activeResources();
    const { server, client } = await start({ drain: { window: 0, notice: { command: 'restarting' } } });
    const told: unknown[] = [];
    const session$ = client('ann');
    session$.pipe(notifications()).subscribe({ next: (message) => told.push(message), error: () => undefined });
    const session = await firstValueFrom(session$);
    const over = lastValueFrom(server.peers, { defaultValue: 'completed' });
    const end = firstValueFrom(session.closed);
    const progress = await lastValueFrom(server.drain());
    expect(progress).to.include({ peers: 0, closed: 1, forced: 0 });
    expect((await end).code).to.equal(1012);
    await over;
    expect(server.closed).to.equal(true);
    await resourcesBackTo(before);
  });

  it('closes at once with 1001, completes its peers, and is disposed of so', async () => {
    const { server, client } = await start();
    const peers: Recorded<Peer> = recorded(server.peers);
    const session = await firstValueFrom(
      client('ann').pipe(
        mergeMap(({ closed }) => {
          void server[Symbol.asyncDispose]();
          return closed;
        }),
      ),
    );
    expect(session).to.include({ code: 1001, by: 'them' });
    expect([server.closed, peers.values.length, peers.ends]).to.deep.equal([true, 1, ['complete']]);
  });

  it('rejects where it listens, and errors its peers, when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const failing = createGatewayServer({ port, host: '127.0.0.1', protocol: commandNotify() });
    const peers = lastValueFrom(failing.peers).catch(fieldOf('kind'));
    const listening = await failing.listening.catch(fieldOf('kind'));
    expect([listening, await peers, failing.closed]).to.deep.equal(['connectFailed', 'connectFailed', true]);
    other.close();
  });

  it('rejects where it listens when it is closed before', async () => {
    const early = createGatewayServer({ port: 0, protocol: commandNotify() });
    early.close();
    const error = await early.listening.catch(fieldOf('message'));
    expect(error).to.match(/closed before/);
  });

  it('names the option that is wrong, of its own and of its parts', () => {
    const wrong: readonly [object | null, RegExp][] = [
      [null, /^createGatewayServer: config/],
      [{ stages: 1 }, /^createGatewayServer: stages/],
      [{ heartbeat: 5 }, /^createGatewayServer: heartbeat/],
      [{ slowConsumers: 5 }, /^createGatewayServer: slowConsumers/],
      [{ lifetime: 5 }, /^createGatewayServer: lifetime/],
      [{ lifetime: { max: 0 } }, /^lifetime: max/],
      [{ slowConsumers: { highWater: 0 } }, /^slowConsumers: highWater/],
      [{ port: -1 }, /^serve: port/],
      [{ limits: {} }, /^limits/],
      [{ drain: { window: -1 } }, /^createDrain: window/],
      [{ metricsInterval: 0 }, /^serverMetrics: interval/],
      [{ commands: { a: 1 } }, /^commands: a/],
    ];
    for (const [config, text] of wrong)
      expect(() => createGatewayServer((config && { port: 0, protocol: commandNotify(), ...config }) as never)).to.throw(
        Error,
        text,
      );
  });
});
