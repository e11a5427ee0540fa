import { expect } from 'chai';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { firstValueFrom, lastValueFrom, NEVER, type Observable, startWith, Subject, take, takeUntil, toArray } from 'rxjs';
import { authenticate, connect, notifications, request, shareSession, topic } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { commands, type Peer, type ServeAddress } from 'rxgate/server';
import { fakePeer, fakeServe, type FakeServeOptions } from 'rxgate/testing';
import { start } from '../../docs/snippets/assembled.js';
import { client } from '../../docs/snippets/client.js';
import { answers, checked } from '../../docs/snippets/handlers.js';
import { withExpress, withFastify } from '../../docs/snippets/frameworks.js';
import { paths$, server as ownServer, tenant$, tenants } from '../../docs/snippets/http.js';
import { authenticate as byCookie, known, lock } from '../../docs/snippets/identity.js';
import { gateway, leave } from '../../docs/snippets/life.js';
import { guarded } from '../../docs/snippets/limits.js';
import { peer$ as measured$, server as measuredServer, trouble$ } from '../../docs/snippets/metrics.js';
import { alarm, chat, here$, vote, who } from '../../docs/snippets/people.js';
import { greeted, together } from '../../docs/snippets/testing.js';
import { room } from '../../docs/snippets/room.js';
import { producers, served } from '../../docs/snippets/topics.js';
import { startScript } from '../node/runningProcess.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { recorded } from '../support/recorded.js';

const field = (name: string) => (error: unknown) => (error as Readonly<Record<string, unknown>>)[name];

/** What a client, connected by its own shared session, may ask. No timer of it outlives the test. */
const clientAt = (url: string, options: object = {}) => {
  const over = new Subject<void>();
  atTestEnd(() => over.next());
  return connect({ url, protocol: commandNotify(), ...options }).pipe(takeUntil(over), shareSession({ linger: 1_000 }));
};

/** A server in memory behind these stages; gives sessions of clients, each with a url of its own. */
const serving = (stages: (peer$: Observable<Peer>) => Observable<unknown>, options?: FakeServeOptions) => {
  const server = fakeServe(options);
  const running = stages(server.peers).subscribe();
  atTestEnd(() => running.unsubscribe());
  return (user = '') => clientAt(`ws://fake/${user}`, { webSocketFactory: server.webSocketFactory });
};
const named: FakeServeOptions = { authenticate: ({ url = '' }) => ({ user: url.slice(1) || 'nobody' }) };

const portOf = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atTestEnd(() => server.close());
  return (server.address() as AddressInfo).port;
};

describe('the snippets of the server guide', function () {
  this.timeout(20_000);
  afterEach(cleanUp);

  it('gateway.ts serves the client of client.ts', async () => {
    const program = startScript('docs/snippets/gateway.ts', [], { PORT: '0' });
    const port = /\d+$/.exec(await program.line(/^listening on \d+$/))?.[0] ?? '';
    const heard = recorded(client(`ws://127.0.0.1:${port}`));
    await heard.value((value) => value === 'hello, ann');
    expect(await heard.value((value) => (value as { price?: number }).price === 100)).to.deep.equal({
      symbol: 'SPX',
      price: 100,
    });
    heard.subscription.unsubscribe();
  });

  it('handlers.ts answers by value, promise, iterable, observable and error', async () => {
    const session$ = serving(answers)();
    const ask = (command: string, data?: unknown) => firstValueFrom(session$.pipe(request(command, data)));
    expect([await ask('bars.count'), await ask('bars.last')]).to.deep.equal([3, 1402.11]);
    const history = session$.pipe(request('bars.history', undefined, { stream: true }), toArray());
    expect(await firstValueFrom(history)).to.deep.equal([{ close: 1455.22 }, { close: 1399.42 }, { close: 1402.11 }]);
    expect(await ask('clock')).to.be.closeTo(Date.now(), 5_000);
    const error = await ask('orders.find', '7').catch((cause: unknown) => cause);
    expect(error).to.include({ code: 'NOT_FOUND', detail: 'there is no such order' });
  });

  it('handlers.ts checks data by io-ts, zod and a guard', async () => {
    const session$ = serving(checked, named)('ann');
    const ask = (command: string, data: unknown) =>
      firstValueFrom(session$.pipe(request(command, data))).catch((error: unknown) => [
        field('code')(error),
        field('data')(error),
      ]);
    expect(await ask('orders.place', { symbol: 'SPX', quantity: 2 })).to.deep.equal({ symbol: 'SPX', quantity: 2, by: 'ann' });
    expect(await ask('orders.place', { symbol: 'SPX' })).to.deep.equal(['INVALID_DATA', { paths: ['quantity'] }]);
    expect(await ask('orders.cancel', { id: 7 })).to.equal('order 7 is cancelled');
    expect(await ask('orders.cancel', { id: 'x' })).to.deep.equal(['INVALID_DATA', { paths: ['id'] }]);
    expect(await ask('say', 'hi')).to.equal('HI');
    expect(await ask('say', 7)).to.include('INVALID_DATA');
  });

  it('topics.ts shares a producer, and asks who may listen', async () => {
    const open = serving(served);
    const listeners = [open(), open()].map((session$) => recorded(session$.pipe(topic('bars:SPX:1D'))));
    await Promise.all(listeners.map(({ value }) => value()));
    expect(producers.running).to.equal(1);
    expect(await lastValueFrom(open().pipe(topic('bars:SPX:1W'))).catch(field('code'))).to.equal('FORBIDDEN');
    const ann$ = serving(served, named)('ann');
    expect(await firstValueFrom(ann$.pipe(topic('bars:SPX:1W')))).to.deep.equal({
      symbol: 'SPX',
      resolution: '1W',
      close: 1_400,
    });
    for (const { subscription } of listeners) subscription.unsubscribe();
  });

  it('identity.ts finds out who it is, at the upgrade and by first message, and sends away', async () => {
    expect(await byCookie({ headers: { cookie: 'a=1; token=secret' } } as never)).to.include({ user: 'ann' });
    expect(await byCookie({ headers: {} } as never)).to.equal(undefined);
    const open = serving(known);
    const as = (token: string) => open().pipe(authenticate((session) => session.request('POST_LOGIN', { token })));
    expect(await lastValueFrom(as('wrong')).catch(field('kind'))).to.equal('authentication');
    const session = await recorded(as('secret')).value();
    expect(await firstValueFrom(session.request('whoAmI'))).to.equal('ann');
    expect(await firstValueFrom(session.request('auth.refresh', { token: 'secret' }))).to.include({ user: 'ann' });
    const end = firstValueFrom(session.closed);
    expect(lock('ann')).to.equal(1);
    expect(await end).to.include({ code: 4401, by: 'them' });
  });

  it('people.ts lets people in, tells who is there, and asks them', async () => {
    const as = serving((peer$) => chat(peer$).pipe(who), named);
    const [ann$, bob$] = [as('ann'), as('bob')];
    const ask = (session$: typeof ann$, command: string, data: unknown) =>
      firstValueFrom(session$.pipe(request(command, data))).catch(field('code'));
    const presence = recorded(here$);
    const heard = recorded(bob$.pipe(notifications()));
    const voting = recorded(bob$.pipe(commands({ vote: () => 'yes' })));
    await voting.value();
    for (const session$ of [ann$, bob$])
      expect(await ask(session$, 'rooms.join', { room: 'lobby' })).to.deep.equal({ room: 'lobby' });
    expect(await ask(bob$, 'rooms.join', { room: 'staff' })).to.equal('FORBIDDEN');
    expect(presence.values.map((value) => (value.type === 'snapshot' ? value.users : Object.keys(value.joins)))).to.deep.equal([
      {},
      ['ann'],
      ['bob'],
    ]);
    const shown = await firstValueFrom(ann$.pipe(topic<{ readonly type: string; readonly users: object }>('who:lobby')));
    expect([shown.type, Object.keys(shown.users)]).to.deep.equal(['snapshot', ['ann', 'bob']]);
    expect(await ask(ann$, 'say', { room: 'lobby', text: 'hi' })).to.equal(1);
    expect(await ask(ann$, 'say', { room: 'staff', text: 'hi' })).to.equal(0);
    expect(await heard.value()).to.deep.include({ topic: 'said', data: { from: 'ann', text: 'hi' } });
    expect(alarm('fire').sent).to.equal(1);
    expect(await firstValueFrom(vote('lobby', 'pizza?'))).to.equal(1);
    for (const { subscription } of [presence, heard, voting]) subscription.unsubscribe();
  });

  it('limits.ts lets a user have five connections, and one order every five seconds', () => {
    const peers = Array.from({ length: 6 }, (_none, index) => fakePeer({ id: index + 1, identity: { user: 'ann' } }));
    const stage = guarded(NEVER.pipe(startWith(...peers.map(({ peer }) => peer)))).subscribe();
    expect(peers.map(({ end }) => end?.code)).to.deep.equal([4409, ...Array.from({ length: 5 }, () => undefined)]);
    const { receive, sent } = peers[1]!;
    for (const id of ['1', '2', '3']) receive({ kind: 'request', id, command: 'orders.place' });
    const codes = sent.map((message) => (message.kind === 'failure' ? message.code : message.kind));
    expect(codes).to.deep.equal(['UNKNOWN_COMMAND', 'UNKNOWN_COMMAND', 'RATE_LIMITED']);
    stage.unsubscribe();
  });

  it('life.ts beats, and leaves: the client is told, and closed with 1012', async () => {
    let listening: (address: ServeAddress) => void = () => undefined;
    const address = new Promise<ServeAddress>((resolve) => (listening = resolve));
    const peers = recorded(gateway(0, listening));
    const session$ = clientAt(`ws://127.0.0.1:${(await address).port}`);
    let told = 0;
    const session = await recorded(session$.pipe(commands({ restarting: () => ++told }))).value();
    const end = firstValueFrom(session.closed);
    const lines: string[] = [];
    await lastValueFrom(leave((line) => lines.push(line)));
    expect((await end).code).to.equal(1012);
    expect(lines.at(-1)).to.equal('0 left, 1 closed, 0 dropped');
    expect([told, peers.ends]).to.deep.equal([1, ['complete']]);
  });

  it('metrics.ts serves peers, its figures, and says when there is trouble', async () => {
    const port = await portOf(measuredServer);
    const peers = recorded(measured$);
    const session$ = clientAt(`ws://127.0.0.1:${port}/ws`);
    expect(await firstValueFrom(session$.pipe(request('shout', 'hi')))).to.equal('HI');
    const text = await (await fetch(`http://127.0.0.1:${port}/`)).text();
    expect(text)
      .to.match(/^chat_connections 1$/m)
      .and.to.match(/^chat_commands_total\{outcome="answered"\} 1$/m);
    const quiet = recorded(trouble$);
    expect(quiet.values).to.deep.equal([]);
    expect(await firstValueFrom(session$.pipe(request('shout', 7))).catch(field('code'))).to.equal('INTERNAL_ERROR');
    expect(await firstValueFrom(trouble$)).to.equal('50 % failed: 1 failed, 0 refused');
    for (const { subscription } of [quiet, peers]) subscription.unsubscribe();
  });

  it('assembled.ts starts a server in one object', async () => {
    const server = start(0);
    atTestEnd(() => server.close());
    const { port } = await server.listening;
    const ann$ = clientAt(`ws://127.0.0.1:${port}`).pipe(authenticate((session) => session.request('POST_LOGIN', 'ann')));
    const session = await recorded(ann$).value();
    const said = firstValueFrom(session.messages);
    expect(await firstValueFrom(session.request('say', 'hi'))).to.equal(1);
    expect(await said).to.deep.include({ topic: 'said', data: { user: 'ann', text: 'hi' } });
    expect(server.users.names).to.deep.equal(['ann']);
  });

  it('http.ts puts two gateways on one server, and takes upgrades that the application chose', async () => {
    const where = (url: string) => firstValueFrom(clientAt(url).pipe(request('where')));
    const running = [paths$, tenant$].map((stream$: Observable<unknown>) => recorded(stream$));
    const port = await portOf(ownServer);
    expect([await where(`ws://127.0.0.1:${port}/orders`), await where(`ws://127.0.0.1:${port}/prices`)]).to.deep.equal([
      'orders',
      'prices',
    ]);
    const other = await portOf(tenants);
    expect(await where(`ws://localhost:${other}/`)).to.equal('localhost');
    expect(running[1]?.values).to.deep.equal([1]);
    for (const { subscription } of running) subscription.unsubscribe();
  });

  it('frameworks.ts puts a gateway beside the routes of Express and of Fastify', async () => {
    const { web, peers: onExpress } = withExpress(0);
    const { app, peers: onFastify } = withFastify();
    const running = [recorded(onExpress), recorded(onFastify)];
    await once(web, 'listening');
    await app.listen({ port: 0, host: '127.0.0.1' });
    for (const [server, name] of [
      [web, 'express'],
      [app.server, 'fastify'],
    ] as const) {
      const { port } = server.address() as AddressInfo;
      expect(await firstValueFrom(clientAt(`ws://127.0.0.1:${port}/ws`).pipe(request('where')))).to.equal(name);
      const page = await fetch(`http://127.0.0.1:${port}/hello`, { headers: { connection: 'close' } });
      expect(await page.text()).to.equal('hello');
    }
    for (const { subscription } of running) subscription.unsubscribe();
    web.close();
    await app.close();
  });

  it('room.ts lets those who gave a name talk', async () => {
    let listening: (address: ServeAddress) => void = () => undefined;
    const address = new Promise<ServeAddress>((resolve) => (listening = resolve));
    const peers = recorded(room({ port: 0, host: '127.0.0.1', listening }));
    const { port } = await address;
    const [ann, bob] = ['ann', 'bob'].map((name) =>
      recorded(clientAt(`ws://127.0.0.1:${port}`).pipe(authenticate((session) => session.request('POST_LOGIN', name)))),
    );
    const heard = recorded((await bob!.value()).messages);
    expect(await firstValueFrom((await ann!.value()).request('say', 'hi'))).to.equal(1);
    expect(await heard.value()).to.deep.include({ topic: 'said', data: { from: 'ann', text: 'hi' } });
    for (const { subscription } of [ann!, bob!, peers]) subscription.unsubscribe();
  });

  it('testing.ts plays the client of a stage, and both halves in memory', async () => {
    expect(greeted()).to.deep.equal([{ kind: 'reply', id: '1', data: 'hello ann', last: true }]);
    expect(await firstValueFrom(together().pipe(take(3), toArray()))).to.deep.equal([3, 'a', 'b']);
  });
});
