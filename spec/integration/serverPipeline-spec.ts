import { expect } from 'chai';
import type { IncomingMessage } from 'node:http';
import { connect, createGateway, heartbeat, HandshakeRejectedError } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import {
  broadcast,
  commands,
  createRooms,
  createUsers,
  limits,
  type Peer,
  serve,
  type ServeAddress,
  topics,
} from 'rxgate/server';
import { firstValueFrom, map, NEVER, of, type OperatorFunction, ReplaySubject, take, timer, toArray } from 'rxjs';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { until } from '../support/until.js';

describe('a server of all its stages in a row', () => {
  afterEach(cleanUp);

  it('serves one user by commands, topics, rooms and users, refuses another, and keeps nothing of who left', async () => {
    const users = createUsers();
    const rooms = createRooms();
    const listening = new ReplaySubject<ServeAddress>(1);
    const verify = ({ headers: { authorization } }: IncomingMessage) =>
      Promise.resolve(authorization === undefined ? undefined : { user: authorization });
    const place = (order: object, by: Peer) => of({ ...order, by: by.identity?.user });
    const bars = (symbol: string, resolution: string, { open }: Peer) =>
      open ? timer(0, 20).pipe(map((n) => `${symbol}/${resolution} ${n}`)) : NEVER;
    const peers: Peer[] = [];

    // As the design has it, where nothing is said of the types.
    const serving = serve({
      ...{ port: 0, host: '127.0.0.1', protocol: commandNotify(), authenticate: (request) => verify(request) },
      listening: (address) => listening.next(address),
    })
      .pipe(
        heartbeat({ interval: 25_000 }),
        limits({ perUser: 5 }),
        users.track(),
        rooms.track(),
        commands({ 'orders.place': (order, { peer }) => place(order, peer) }),
        topics({ 'bars:{symbol}:{resolution}': ({ symbol, resolution }, { peer }) => bars(symbol, resolution, peer) }),
      )
      .subscribe((peer) => {
        peers.push(peer);
        rooms.join(peer, 'traders');
      });
    atTestEnd(() => serving.unsubscribe());
    const url = `ws://127.0.0.1:${(await firstValueFrom(listening)).port}`;

    const gateway = createGateway({ url, protocol: commandNotify(), headers: { authorization: 'ann' } });
    atTestEnd(() => gateway.close());
    const heard = gateway
      .topic<string>('bars:{symbol}:{resolution}', { symbol: 'SPX', resolution: '1D' })
      .pipe(take(2), toArray());
    expect(await firstValueFrom(heard)).to.deep.equal(['SPX/1D 0', 'SPX/1D 1']);
    const held = gateway.session.subscribe();
    expect(await firstValueFrom(gateway.request('orders.place', { symbol: 'SPX' }))).to.deep.equal({
      symbol: 'SPX',
      by: 'ann',
    });
    expect(broadcast([users.toUser('ann'), rooms.toRoom('traders')], 'said').sent).to.equal(1);

    const nobody = connect({ url, protocol: commandNotify() });
    expect(await firstValueFrom(nobody).catch((error: unknown) => error))
      .to.be.instanceOf(HandshakeRejectedError)
      .and.include({ status: 401 });
    held.unsubscribe();
    await gateway.close();
    await until(() => users.size + rooms.size === 0 && peers.every(({ open }) => !open));
  });

  it('asks and is asked with the same code: a stage of both sides', async () => {
    const listening = new ReplaySubject<ServeAddress>(1);
    const asked = new ReplaySubject<unknown>(1);
    const greet = (): OperatorFunction<any, any> => commands({ greet: (name: string) => `hello, ${name}` });
    const serving = serve({
      port: 0,
      host: '127.0.0.1',
      protocol: commandNotify(),
      listening: (address) => listening.next(address),
    })
      .pipe(heartbeat(), greet())
      .subscribe((peer) => peer.request('greet', 'server').subscribe(asked));
    atTestEnd(() => serving.unsubscribe());
    const { port } = await firstValueFrom(listening);
    const session$ = connect({ url: `ws://127.0.0.1:${port}`, protocol: commandNotify() }).pipe(heartbeat(), greet());
    const answer = new ReplaySubject<unknown>(1);
    const client = session$.subscribe((session) => session.request('greet', 'client').subscribe(answer));
    atTestEnd(() => client.unsubscribe());
    expect(await firstValueFrom(asked)).to.equal('hello, server');
    expect(await firstValueFrom(answer)).to.equal('hello, client');
  });
});
