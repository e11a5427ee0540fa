import { expect } from 'chai';
import { firstValueFrom, map, of, Subject, timer } from 'rxjs';
import { authenticate, connect, createGateway, type GatewayError, request, retryBackoff, shareSession } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import {
  commands,
  createTokenBuckets,
  createUsers,
  expiry,
  type Identity,
  limits,
  login,
  type Peer,
  rateLimit,
  topics,
} from 'rxgate/server';
import { closeOf, opened, serving } from '../server/serving.js';
import { cleanUp } from '../support/atTestEnd.js';
import { eventLog } from '../support/eventLog.js';
import { recorded } from '../support/recorded.js';
import { until } from '../support/until.js';

interface Credentials {
  readonly user: string;
}

const protocol = commandNotify();

describe('authentication by first message, over real sockets', () => {
  afterEach(cleanUp);

  it('S4: a client that sends before its asynchronous authentication ended gets no answer, and loses nothing', async () => {
    const clients = 20;
    const each = 50;
    const verified = new Subject<void>();
    const handled = new Map<string, number[]>();
    let early = 0;
    let asked = 0;
    let admitted = false;
    const { client } = await serving({}, (peers) =>
      peers.pipe(
        login({
          verify: ({ user }: Credentials) => {
            asked++;
            return verified.pipe(map((): Identity => ({ user })));
          },
        }),
        commands<Peer>({
          count: (n: number, { peer }) => {
            if (!admitted || !peer.identity) early++;
            const { user = 'nobody' } = peer.identity ?? {};
            handled.set(user, [...(handled.get(user) ?? []), n]);
            return n;
          },
        }),
        topics<Peer>({ 'news:{of}': ({ of: name }) => of(name) }),
      ),
    );
    const sockets = await Promise.all(
      Array.from({ length: clients }, async (_, index) => {
        const socket = await opened(client());
        const frames: any[] = [];
        socket.on('message', (data: Buffer) => frames.push(JSON.parse(String(data))));
        const send = (body: object) => socket.send(JSON.stringify(body));
        // Half of it before the login, half after, and all of it before its answer.
        for (let n = 0; n < each / 2; n++) send({ id: `${n}`, command: 'count', data: n });
        send({ id: 'login', command: 'POST_LOGIN', data: { user: `user ${index}` } });
        for (let n = each / 2; n < each; n++) send({ id: `${n}`, command: 'count', data: n });
        send({ type: 'SUBSCRIBE', id: 's', topic: `news:${index}` });
        send({ type: 'ping', timestamp: index });
        return { socket, frames };
      }),
    );
    // The ping came last: its answer says that everything before it has been read.
    await until(() => asked === clients && sockets.every(({ frames }) => frames.length > 0));
    expect(sockets.map(({ frames }) => frames.map(({ type }) => type))).to.deep.equal(Array(clients).fill(['pong']));
    expect(handled.size).to.equal(0);

    admitted = true;
    verified.next();
    await until(() => sockets.every(({ frames }) => frames.some(({ type }) => type === 'NOTIFY' || type === 'ENDED')));
    const wanted = Array.from({ length: each }, (_, n) => n);
    expect([...handled.values()]).to.deep.equal(Array(clients).fill(wanted));
    for (const { frames } of sockets) {
      expect(frames[1]).to.include({ type: 'RESPONSE', id: 'login' });
      expect(frames.filter(({ type, id }) => type === 'RESPONSE' && id !== 'login').map(({ data }) => data)).to.deep.equal(
        wanted,
      );
      expect(frames.filter(({ type }) => type === 'ACK')).to.have.length(1);
    }
    expect(early).to.equal(0);
  });

  it('meets the authenticate of a client: a refused credential is refreshed once, a slow one is waited for', async () => {
    const valid = 'new';
    const { url } = await serving({}, (peers) =>
      peers.pipe(
        login({ verify: (token: string) => timer(5).pipe(map(() => (token === valid ? { user: 'ann' } : undefined))) }),
        commands<Peer>({ whoami: (_data, { peer }) => peer.identity?.user }),
      ),
    );
    let token = 'old';
    let refreshes = 0;
    const session$ = connect({ url: url(), protocol }).pipe(
      authenticate((session) => session.request('POST_LOGIN', token), {
        refresh: () => {
          refreshes++;
          return of((token = valid));
        },
      }),
      retryBackoff({ initialDelay: 1, maxDelay: 2 }),
      shareSession(),
    );
    expect(await firstValueFrom(session$.pipe(request('whoami')))).to.equal('ann');
    expect(refreshes).to.equal(1);
  });

  it('S5: revoke closes all connections of a user with 4401: a client with a refresh comes back, one without is done', async () => {
    const users = createUsers();
    const { url } = await serving({}, (peers) =>
      peers.pipe(login({ verify: (user: string) => ({ user }) }), users.track(), commands<Peer>({ hello: () => 'hi' })),
    );
    const session$ = (refresh?: () => unknown) =>
      connect({ url: url(), protocol }).pipe(
        authenticate((session) => session.request('POST_LOGIN', 'ann'), refresh ? { refresh: () => of(refresh()) } : {}),
        retryBackoff({ initialDelay: 1, maxDelay: 2 }),
      );
    let refreshes = 0;
    const [renewing, other] = [recorded(session$(() => ++refreshes)), recorded(session$())];
    await Promise.all([renewing.value(), other.value()]);
    expect(users.revoke('ann')).to.equal(2);
    expect(await other.end).to.include({ kind: 'authentication', retryable: false });
    await until(() => renewing.values.length === 2);
    expect([refreshes, renewing.ends]).to.deep.equal([1, []]);
    expect(users.peers('ann')).to.have.length(1);
  });

  it('S5: expiry closes with 4401, and a refresh on the live connection puts it off', async () => {
    const identity = (left: number): Identity => ({ user: 'ann', expiresAt: Date.now() + left });
    const { client } = await serving({}, (peers) =>
      peers.pipe(
        login({ verify: () => identity(600) }),
        expiry({ warnBefore: 550, refresh: { verify: (left: number) => identity(left) } }),
      ),
    );
    const [kept, lost] = await Promise.all([opened(client()), opened(client())]);
    for (const socket of [kept, lost]) socket.send('{"id":"l","command":"POST_LOGIN"}');
    kept.on('message', (data: Buffer) => {
      if (String(data).includes('auth.expiring')) kept.send('{"id":"r","command":"auth.refresh","data":3600000}');
    });
    const warned = new Promise((resolve) =>
      lost.on('message', (data: Buffer) => String(data).includes('expiring') && resolve(1)),
    );
    await warned;
    expect(await closeOf(lost)).to.equal(4401);
    expect(kept.readyState).to.equal(kept.OPEN);
  });

  it('S6: limits: the third of two is closed with 4429, waits as it is told, and gets in when there is room', async () => {
    const { url, peers } = await serving({}, (source) => source.pipe(limits({ total: 2, retryAfter: 40, spread: 0 })));
    const events = eventLog();
    const connecting = () =>
      connect({ url: url(), protocol }).pipe(retryBackoff({ initialDelay: 1, maxDelay: 2, resetAfter: 0, events }));
    const [first, second] = [recorded(connecting()), recorded(connecting())];
    await until(() => peers.values.length === 2);
    const third = recorded(connecting());
    const { delay, cause } = await events.event('retrying');
    expect(delay).to.be.at.least(40);
    expect(cause).to.include({ kind: 'connectionLost', code: 4429, retryAfter: 40 });
    first.subscription.unsubscribe();
    await until(() => peers.values.length === 3);
    expect([second.ends, third.ends]).to.deep.equal([[], []]);
  });

  it('a flood of one costs the others nothing: it is refused, then closed with 4429', async () => {
    const { url, client, peers } = await serving({}, (source) =>
      source.pipe(
        rateLimit({ perConnection: createTokenBuckets({ points: 100, duration: 60_000 }), maxViolations: 200 }),
        commands<Peer>({ echo: (data) => data }),
      ),
    );
    const gateway = createGateway({ url: url(), protocol });
    const flooder = await opened(client());
    const closed = closeOf(flooder);
    for (let n = 0; n < 5_000; n++) flooder.send(`{"id":"${n}","command":"echo"}`);
    const replies = await Promise.all(Array.from({ length: 50 }, (_, n) => firstValueFrom(gateway.request('echo', n))));
    expect(replies).to.deep.equal(Array.from({ length: 50 }, (_, n) => n));
    expect(await closed).to.equal(4429);
    expect(peers.ends).to.deep.equal([]);
    await gateway.close();
  });

  it('a client is told when to ask again', async () => {
    const { url } = await serving({}, (source) =>
      source.pipe(rateLimit({ perConnection: { points: 10, duration: 1_000 } }), commands<Peer>({ echo: (data) => data })),
    );
    const gateway = createGateway({ url: url(), protocol });
    const outcomes = await Promise.all(
      Array.from({ length: 15 }, (_, n) =>
        firstValueFrom(gateway.request('echo', n)).catch((error: unknown) => error as GatewayError),
      ),
    );
    const refused = outcomes.filter((outcome) => typeof outcome === 'object') as GatewayError[];
    expect(refused).to.have.length(5);
    for (const error of refused) {
      expect(error).to.include({ kind: 'requestFailed', code: 'RATE_LIMITED', retryable: true });
      expect(error.retryAfter).to.be.within(1, 100);
    }
    await gateway.close();
  });
});
