import { expect } from 'chai';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect as connectTcp, type Socket } from 'node:net';
import { EMPTY, firstValueFrom, NEVER, of, Subject, throwError } from 'rxjs';
import { AuthenticationError, HandshakeRejectedError } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { type AuthenticateUpgrade, commands, type Identity, serve, type Upgrade } from 'rxgate/server';
import { createCounters } from '../../lib/events/createCounters.js';
import { resourcesBackTo } from '../support/activeResources.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { recorded } from '../support/recorded.js';
import { eventLog } from '../support/eventLog.js';
import { until } from '../support/until.js';
import { clientsOf, httpServer, nextFrame, opened, refusalOf, resourcesNow, serving } from './serving.js';

const ann: Identity = { user: 'ann', claims: { roles: ['admin'] } };
const upgradeRequest = (headers: readonly string[] = []): string =>
  [
    'GET /ws?token=secret HTTP/1.1',
    ...['Host: x', 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'],
    ...[`Sec-WebSocket-Key: ${'A'.repeat(22)}==`, ...headers, '', ''],
  ].join('\r\n');
const masked = (text: string): Buffer => {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
};
const rawClient = async (port: number): Promise<Socket> => {
  const socket = connectTcp(port, '127.0.0.1');
  socket.on('error', () => undefined);
  atTestEnd(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
};

describe('the admission of serve', () => {
  afterEach(cleanUp);

  describe('authenticate', () => {
    const ways: readonly (readonly [string, AuthenticateUpgrade])[] = [
      ['a value', () => ann],
      ['a promise', async () => ann],
      ['an observable', () => of(ann)],
      ['an observable that goes on', () => of(ann, { user: 'bob' })],
    ];
    for (const [what, authenticate] of ways)
      it(`S4: gives the peer its identity by ${what}`, async () => {
        const { peers, client } = await serving({ authenticate });
        await opened(client());
        expect((await peers.value()).identity).to.deep.equal(ann);
      });

    it('sees the request, with its query and headers', async () => {
      const { client } = await serving({
        authenticate: ({ url, headers }) => (url === '/?token=1' && headers['x-key'] === 'k' ? ann : undefined),
      });
      expect((await refusalOf(client('/?token=2'))).status).to.equal(401);
      await opened(client('/?token=1', [], { 'x-key': 'k' }));
    });

    const fails =
      (error: unknown): AuthenticateUpgrade =>
      () =>
        throwError(() => error);
    const refusals: readonly (readonly [string, AuthenticateUpgrade, Awaited<ReturnType<typeof refusalOf>>])[] = [
      ['undefined', () => undefined, { status: 401, body: 'Unauthorized' }],
      ['null', () => null as never, { status: 401, body: 'Unauthorized' }],
      ['an observable of nothing', () => EMPTY, { status: 401, body: 'Unauthorized' }],
      ['an AuthenticationError', fails(new AuthenticationError('secret')), { status: 401, body: 'Unauthorized' }],
      [
        'an AuthenticationError that is retryable',
        fails(new AuthenticationError('secret', { retryable: true, retryAfter: 1_500 })),
        { status: 503, body: 'Service Unavailable', retryAfter: '2' },
      ],
      ['a HandshakeRejectedError', fails(new HandshakeRejectedError(403)), { status: 403, body: 'Forbidden' }],
      [
        'a HandshakeRejectedError with advice',
        fails(new HandshakeRejectedError(429, { retryAfter: 60_000 })),
        { status: 429, body: 'Too Many Requests', retryAfter: '60' },
      ],
      [
        'a function that throws an AuthenticationError',
        () => {
          throw new AuthenticationError('secret');
        },
        { status: 401, body: 'Unauthorized' },
      ],
    ];
    for (const [what, authenticate, answer] of refusals)
      it(`S4: refuses before any frame by ${what}`, async () => {
        const events = eventLog();
        const counters = createCounters();
        const { peers, client } = await serving({ authenticate, events, counters });
        expect(await refusalOf(client())).to.deep.equal(answer);
        const reason = answer.status === 503 ? 'authenticateFailed' : 'authenticate';
        expect(events.of('upgradeRefused')[0]).to.include({ status: answer.status, reason });
        expect([events.of('hookFailed'), peers.values]).to.deep.equal([[], []]);
        expect(counters).to.include({ attempts: 1, sessions: 0 });
      });

    const failures: readonly (readonly [string, AuthenticateUpgrade])[] = [
      ['a foreign error', fails(new Error('database secret'))],
      ['a status that is none', fails(new HandshakeRejectedError(200))],
      ['what is no identity', () => ({ user: '' })],
      ['an identity that expires at no time', () => ({ user: 'ann', expiresAt: '2030' as never })],
      ['true', () => true as never],
    ];
    for (const [what, authenticate] of failures)
      it(`answers ${what} with 503, reports it, and says nothing of it to the client`, async () => {
        const events = eventLog();
        const { client } = await serving({ authenticate, events, retryAfter: 3_000 });
        expect(await refusalOf(client())).to.deep.equal({ status: 503, body: 'Service Unavailable', retryAfter: '3' });
        expect(events.of('hookFailed').map(({ hook }) => hook)).to.deep.equal(['authenticate']);
        expect(events.of('upgradeRefused')[0]).to.include({ status: 503, reason: 'authenticateFailed' });
      });

    it('S4: is given up after authenticateTimeout, with 503, and unsubscribed', async () => {
      const events = eventLog();
      const asked = new Subject<Identity>();
      const { client } = await serving({ authenticate: () => asked, authenticateTimeout: 20, events });
      expect((await refusalOf(client())).status).to.equal(503);
      expect(events.of('upgradeRefused')[0]?.reason).to.equal('authenticateTimeout');
      expect((events.of('hookFailed')[0]?.cause as Error).message).to.equal('authenticate: authenticateTimeout (20 ms)');
      expect(asked.observed).to.equal(false);
    });

    it('S4: loses nothing that the client sends meanwhile, and answers none of it before', async () => {
      const asked = new Subject<Identity>();
      const { port } = await serving({ authenticate: () => asked }, (peers) =>
        peers.pipe(commands({ whoami: (_data, { peer }) => peer.identity?.user })),
      );
      const socket = await rawClient(port);
      socket.write(Buffer.concat([Buffer.from(upgradeRequest()), masked('{"id":"1","command":"whoami"}')]));
      await until(() => asked.observed);
      let received = '';
      socket.on('data', (data) => (received += data.toString('latin1')));
      for (const id of ['2', '3']) {
        socket.write(masked(`{"id":"${id}","command":"whoami"}`));
        await new Promise(setImmediate);
      }
      expect(received).to.equal('');
      asked.next(ann);
      await until(() => received.includes('"id":"3"'));
      expect(received).to.match(/^HTTP\/1\.1 101 [^]*"id":"1","data":"ann"[^]*"id":"2","data":"ann"[^]*"id":"3","data":"ann"/);
    });

    for (const [what, leave] of [
      ['resets', (socket: Socket) => void socket.resetAndDestroy()],
      ['ends', (socket: Socket) => void socket.end()],
    ] as const)
      it(`leaves nothing behind of a client that ${what} meanwhile`, async () => {
        const before = await resourcesNow();
        const asked = new Subject<Identity>();
        const events = eventLog();
        const served = await serving({ authenticate: () => asked, maxConnections: 1, events });
        const socket = await rawClient(served.port);
        socket.write(upgradeRequest());
        await until(() => asked.observed);
        leave(socket);
        await until(() => !asked.observed);
        // Its place is free again.
        const next = served.client();
        await until(() => asked.observed);
        asked.next(ann);
        await opened(next);
        expect([served.peers.values.length, events.of('upgradeRefused')]).to.deep.equal([1, []]);
        next.terminate();
        served.peers.subscription.unsubscribe();
        await resourcesBackTo(before);
      });

    it('is over when the server stops: the client gets 503', async () => {
      const asked = new Subject<Identity>();
      const { peers, client } = await serving({ authenticate: () => asked });
      const refusal = refusalOf(client());
      await until(() => asked.observed);
      peers.subscription.unsubscribe();
      expect((await refusal).status).to.equal(503);
      expect(asked.observed).to.equal(false);
    });

    it('leaves no listener of its own on a connection that it let in', async () => {
      const events = ['error', 'end', 'close', 'data'] as const;
      const counts: (readonly number[])[] = [];
      for (const authenticate of [undefined, () => ann]) {
        const server = await httpServer();
        const accepted = once(server, 'connection') as Promise<[Socket]>;
        const { client } = await serving({ server, ...(authenticate && { authenticate }) });
        await opened(client());
        const [stream] = await accepted;
        counts.push(events.map((event) => stream.listenerCount(event)));
      }
      expect(counts[1]).to.deep.equal(counts[0]);
    });

    it('is not asked for a path that is not served', async () => {
      let asked = 0;
      const { client } = await serving({ path: '/ws', authenticate: () => (asked++, ann) });
      expect((await refusalOf(client('/other'))).status).to.equal(400);
      expect(asked).to.equal(0);
    });
  });

  describe('origins', () => {
    it('refuses cookies from a page of another host with 403, and takes those of its own', async () => {
      const { port, client } = await serving();
      const answer = await refusalOf(client('/', [], { cookie: 'sid=1', origin: 'https://evil.example' }));
      expect(answer).to.deep.equal({ status: 403, body: 'Forbidden' });
      await opened(client('/', [], { cookie: 'sid=1', origin: `http://127.0.0.1:${port}` }));
      await opened(client('/', [], { origin: 'https://evil.example' }));
    });

    it('keeps to a list, before anybody is asked who it is', async () => {
      let asked = 0;
      const { client } = await serving({ origins: ['https://app.example'], authenticate: () => (asked++, ann) });
      expect((await refusalOf(client('/', [], { origin: 'https://evil.example' }))).status).to.equal(403);
      expect(asked).to.equal(0);
      await opened(client('/', [], { origin: 'https://app.example' }));
    });

    for (const [what, origins] of [
      ['a promise', async () => true],
      ['a promise that rejects', () => Promise.reject(new Error('oops'))],
      ['what only looks true', () => 'yes'],
    ] as const)
      it(`refuses where its function gives ${what}, and reports that`, async () => {
        const events = eventLog();
        const { client } = await serving({ origins: origins as never, events });
        expect((await refusalOf(client())).status).to.equal(403);
        const [failed] = events.of('hookFailed');
        expect(failed?.hook).to.equal('origins');
        expect((failed?.cause as Error).message).to.equal('origins must give true or false');
      });

    it('refuses where its function throws, and reports that', async () => {
      const events = eventLog();
      const origins = () => {
        throw new Error('oops');
      };
      const { client } = await serving({ origins, events });
      expect((await refusalOf(client())).status).to.equal(403);
      expect(events.of('hookFailed')[0]?.hook).to.equal('origins');
    });
  });

  describe('maxConnections', () => {
    it('refuses with 503 and Retry-After while the server is full, and no longer', async () => {
      const { peers, client } = await serving({ maxConnections: 2, retryAfter: 1_001 });
      const first = await opened(client());
      await opened(client());
      expect(await refusalOf(client())).to.deep.equal({ status: 503, retryAfter: '2', body: 'Service Unavailable' });
      const peer = await peers.value();
      first.close();
      await firstValueFrom(peer.closed);
      await opened(client());
      expect(peers.values).to.have.length(3);
    });

    it('counts those whose authentication is under way', async () => {
      const { client } = await serving({ maxConnections: 1, authenticate: () => NEVER });
      client();
      expect((await refusalOf(client())).status).to.equal(503);
    });
  });

  it('S6: maxUpgradesPerSecond refuses a flood with 429, whose first are served', async () => {
    const { peers, client } = await serving({ maxUpgradesPerSecond: 5, retryAfter: 0 }, (all) =>
      all.pipe(commands({ ping: () => 'pong' })),
    );
    const flood = Array.from({ length: 50 }, () => client());
    const statuses = await Promise.all(
      flood.map((each) => Promise.race([once(each, 'open').then(() => 101), refusalOf(each).then(({ status }) => status)])),
    );
    const served = statuses.filter((status) => status === 101).length;
    expect(served).to.be.within(5, 9);
    expect(statuses.filter((status) => status === 429)).to.have.length(50 - served);
    const [survivor] = flood.filter((each) => each.readyState === each.OPEN);
    survivor?.send('{"id":"1","command":"ping"}');
    expect(await nextFrame(survivor!)).to.deep.include({ data: 'pong' });
    expect(peers.values).to.have.length(served);
  });

  describe('requestTimeout', () => {
    for (const [what, said] of [
      ['says nothing', ''],
      ['does not finish its request', 'GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: '],
    ] as const)
      it(`drops a client that ${what}`, async () => {
        const { port } = await serving({ requestTimeout: 40 });
        const socket = await rawClient(port);
        socket.write(said);
        socket.resume();
        await once(socket, 'close');
      });

    it('is not for the upgraded', async () => {
      const { port, peers, client } = await serving({ requestTimeout: 40 });
      await opened(client());
      const peer = await peers.value();
      // A silent one that came later is dropped, so the time was over.
      await once((await rawClient(port)).resume(), 'close');
      expect(peer.open).to.equal(true);
    });

    it('holds up no stop: clients that never asked are dropped', async () => {
      const before = await resourcesNow();
      const { port, peers } = await serving();
      const socket = await rawClient(port);
      socket.resume();
      const closed = once(socket, 'close');
      peers.subscription.unsubscribe();
      await closed;
      await resourcesBackTo(before);
    });
  });

  describe('where it listens', () => {
    it('may be upgrades of the application', async () => {
      const server = await httpServer();
      const upgrades = new Subject<Upgrade>();
      const peers = recorded(serve({ protocol: commandNotify(), path: '/ws', upgrades }));
      server.on('upgrade', (request, socket, head: Buffer) => upgrades.next({ request, socket, head }));
      const { client } = clientsOf(server.port);
      await opened(client('/ws'));
      expect((await peers.value()).opened.url).to.equal('/ws');
      expect((await refusalOf(client('/other'))).status).to.equal(400);
      // That no more come ends nobody.
      upgrades.complete();
      expect([peers.ends, (await peers.value()).open]).to.deep.equal([[], true]);
    });

    it('fails as the upgrades of the application do', async () => {
      const upgrades = throwError(() => new Error('no more'));
      expect(await recorded(serve({ protocol: commandNotify(), upgrades })).end)
        .to.be.instanceOf(Error)
        .with.property('message', 'no more');
    });

    it('answers an upgrade that none of several serves knows, once', async () => {
      const server = await httpServer();
      const a = await serving({ server, path: '/a' });
      await serving({ server, path: '/b' });
      expect((await refusalOf(a.client('/c'))).status).to.equal(400);
    });

    it('leaves an upgrade that it does not know to other listeners', async () => {
      const server = await httpServer();
      server.on('upgrade', (request, socket) => {
        const answer = 'HTTP/1.1 418 Teapot\r\nConnection: close\r\n\r\n';
        // Not at once: whoever answered in between would be first.
        if (request.url === '/other') setImmediate(() => socket.end(answer));
      });
      const { client } = await serving({ server, path: '/ws' });
      expect((await refusalOf(client('/other'))).status).to.equal(418);
    });

    it('gives an upgrade to the first of two serves that take it', async () => {
      const server = await httpServer();
      const first = await serving({ server, path: '/ws' });
      const events = eventLog();
      const counters = createCounters();
      const second = await serving({ server, events, counters });
      await opened(first.client('/ws'));
      await opened(first.client('/else'));
      expect((await first.peers.value()).opened.url).to.equal('/ws');
      expect((await second.peers.value()).opened.url).to.equal('/else');
      expect([first.peers.values.length, second.peers.values.length]).to.deep.equal([1, 1]);
      expect([counters.attempts, events.of('hookFailed')]).to.deep.equal([1, []]);
    });

    it('refuses an upgrade that is none of a WebSocket with 400, and reports it', async () => {
      const events = eventLog();
      const { port } = await serving({ events });
      const socket = await rawClient(port);
      socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString()).to.match(/^HTTP\/1\.1 400 /);
      expect(events.of('upgradeRefused')[0]).to.include({ status: 400, reason: 'malformed' });
    });
  });

  it('addressOf says where a peer comes from', async () => {
    const { peers, client } = await serving({ addressOf: ({ headers }) => String(headers['x-forwarded-for']) });
    await opened(client('/', [], { 'x-forwarded-for': '10.1.2.3' }));
    expect((await peers.value()).address).to.equal('10.1.2.3');
  });

  const faulty: readonly (readonly [string, (request: IncomingMessage) => string])[] = [
    ['throws', ({ headers }) => (headers['x-forwarded-for'] as string).split(',')[0]!],
    ['gives no text', ({ headers }) => headers['x-forwarded-for'] as string],
  ];
  for (const [what, addressOf] of faulty) {
    it(`an addressOf that ${what} is reported, and the peer has the address of its connection`, async () => {
      const events = eventLog();
      const { peers, client } = await serving({ addressOf, events }, (all) => all.pipe(commands({ ping: () => 'pong' })));
      const socket = await opened(client());
      socket.send('{"id":"1","command":"ping"}');
      expect(await nextFrame(socket)).to.deep.include({ data: 'pong' });
      expect((await peers.value()).address).to.match(/^127\.0\.0\.1:\d+$/);
      expect(events.of('hookFailed').map(({ hook }) => hook)).to.deep.equal(['addressOf']);
    });

    it(`an addressOf that ${what} for an upgrade that is refused ends nothing but this one`, async () => {
      const events = eventLog();
      const { peers, client } = await serving({ addressOf, events, path: '/ws' });
      expect((await refusalOf(client('/other'))).status).to.equal(400);
      expect(events.of('upgradeRefused')[0]?.address).to.match(/^127\.0\.0\.1:\d+$/);
      await opened(client('/ws', [], { 'x-forwarded-for': '10.1.2.3' }));
      expect((await peers.value()).address).to.equal('10.1.2.3');
      expect(events.of('hookFailed').map(({ hook }) => hook)).to.deep.equal(['addressOf']);
    });
  }

  it('a protocol that throws for a new peer is reported, and its connection is dropped', async () => {
    const events = eventLog();
    const protocol = commandNotify();
    let fails = true;
    const server = () => {
      if (fails) throw new Error('oops');
      return protocol.server!();
    };
    const { peers, client } = await serving({ protocol: { ...protocol, server }, events });
    const dropped = client();
    await once(dropped, 'close');
    expect(events.of('hookFailed').map(({ hook }) => hook)).to.deep.equal(['upgrade']);
    fails = false;
    await opened(client());
    expect((await peers.value()).open).to.equal(true);
    expect(peers.values).to.have.length(1);
  });

  for (const [perMessageDeflate, extensions] of [
    [undefined, ''],
    [true, 'permessage-deflate'],
    [{ threshold: 0 }, 'permessage-deflate'],
  ] as const)
    it(`perMessageDeflate ${JSON.stringify(perMessageDeflate)} agrees on "${extensions}"`, async () => {
      const { client } = await serving({ perMessageDeflate });
      expect((await opened(client())).extensions).to.equal(extensions);
    });
});
