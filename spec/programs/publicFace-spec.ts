import { expect } from 'chai';
import { config, filter, firstValueFrom, isObservable, map, startWith, Subject, type Subscription } from 'rxjs';
import {
  connect,
  connectionStates,
  type Gateway,
  type GatewayEvent,
  metrics,
  notifications,
  request,
  requestEach,
  retryBackoff,
  send,
  shareSession,
  topic,
  createCounters,
} from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { gatewayTo, namesOf, openNativeGateway } from '../support/nativeGateway.js';

const barrier = (gateway: Gateway): Promise<unknown> => firstValueFrom(gateway.request('echo'));

describe('the public face over a real socket', () => {
  it('P32: the server sees 1000 from session.close(), from the last subscriber that leaves, and from gateway.close()', async () => {
    await using server = await openNativeGateway();
    const ways: readonly ((gateway: Gateway, subscription: Subscription) => unknown)[] = [
      async (gateway) => {
        (await firstValueFrom(gateway.session)).close();
      },
      (_gateway, subscription) => {
        subscription.unsubscribe();
      },
      (gateway) => gateway.close(),
    ];
    for (const [index, leave] of ways.entries()) {
      await using gateway = gatewayTo(server);
      const subscription = gateway.session.subscribe();
      await barrier(gateway);
      await leave(gateway, subscription);
      const connection = await server.connection(index);
      await server.until(() => connection.ended !== undefined);
      expect(connection.ended).to.deep.equal({ code: 1000, reason: '' });
    }
    expect(server.upgrades).to.equal(3);
  });

  it('P32: session.close(code, reason) reaches the server, and completes the stream and the topics', async () => {
    await using server = await openNativeGateway();
    await using gateway = gatewayTo(server);
    const heard: string[] = [];
    gateway.session.subscribe({ complete: () => heard.push('session') });
    gateway.topic('a').subscribe({ complete: () => heard.push('topic') });
    await barrier(gateway);
    const session = await firstValueFrom(gateway.session);
    session.close(3001, 'moved to ✓');
    const connection = await server.connection(0);
    await server.until(() => connection.ended !== undefined);
    expect(connection.ended).to.deep.equal({ code: 3001, reason: 'moved to ✓' });
    expect(await firstValueFrom(session.closed)).to.deep.equal({ code: 3001, reason: 'moved to ✓', wasClean: true, by: 'us' });
    expect(heard.sort()).to.deep.equal(['session', 'topic']);
    expect(server.upgrades).to.equal(1);
  });

  it('P32: a close code that may not be sent, or a reason that does not fit, throws at the call and changes nothing', async () => {
    await using server = await openNativeGateway();
    await using gateway = gatewayTo(server);
    gateway.session.subscribe();
    const session = await firstValueFrom(gateway.session);
    for (const code of [0, 999, 1001, 1005, 1006, 1015, 2999, 5000, 3000.5, NaN])
      expect(() => {
        session.close(code);
      }, String(code)).to.throw(RangeError, 'code');
    expect(() => {
      session.close(3000, 'é'.repeat(62));
    }).to.throw(RangeError, 'reason');
    expect(session.open).to.equal(true);
    await barrier(gateway);
    expect(await firstValueFrom(gateway.session)).to.equal(session);
    expect(namesOf(server.connections[0])).to.deep.equal(['echo']);
  });

  it('P42: no public object is a Subject, or has next, error or complete', async () => {
    await using server = await openNativeGateway();
    await using gateway = gatewayTo(server);
    gateway.session.subscribe();
    const session = await firstValueFrom(gateway.session);
    const events = new Subject<GatewayEvent>();
    const open = connect({ url: server.url, protocol: commandNotify(), events });
    const shared = open.pipe(retryBackoff(), shareSession());
    const faces = {
      session,
      gateway,
      ...{ 'session.closed': session.closed, 'session.messages': session.messages },
      ...{ 'session.request': session.request('echo'), 'session.topic': session.topic('a') },
      ...{ 'gateway.session': gateway.session, 'gateway.states': gateway.states, 'gateway.events': gateway.events },
      ...{ 'gateway.metrics': gateway.metrics, 'gateway.request': gateway.request('echo'), 'gateway.topic': gateway.topic('a') },
      ...{ 'gateway.send': gateway.send('note'), connect: open, shareSession: shared },
      ...{ request: shared.pipe(request('echo')), topic: shared.pipe(topic('a')), send: shared.pipe(send('note')) },
      ...{ notifications: shared.pipe(notifications()), requestEach: gateway.events.pipe(requestEach(shared, 'echo')) },
      ...{ connectionStates: connectionStates(events), metrics: metrics(createCounters()) },
      piped: gateway.session.pipe(map((each) => each.id)),
    };
    for (const [name, face] of Object.entries(faces)) {
      expect(face, name).not.to.be.instanceOf(Subject);
      for (const method of ['next', 'error', 'complete']) expect(face, name).not.to.have.property(method);
      if (name.includes('.')) expect(isObservable(face), name).to.equal(true);
    }
  });
});

describe('consumers and hooks that throw, over a real socket', () => {
  const unhandled: unknown[] = [];
  const reports = new Subject<void>();
  /** Resolves once so many errors were reported, which is later than they were thrown. */
  const reported = (count: number): Promise<unknown> =>
    firstValueFrom(
      reports.pipe(
        startWith(undefined),
        filter(() => unhandled.length >= count),
      ),
    );
  beforeEach(() => {
    unhandled.length = 0;
    config.onUnhandledError = (error: unknown) => {
      unhandled.push(error);
      reports.next();
    };
  });
  afterEach(() => {
    config.onUnhandledError = null;
  });

  it('P43: a consumer that throws hurts no other consumer, and its error is reported as unhandled', async () => {
    await using server = await openNativeGateway();
    await using gateway = gatewayTo(server);
    const problem = new Error('consumer');
    const fail = (): never => {
      throw problem;
    };
    const heard: unknown[] = [];
    gateway.topic('a').subscribe(fail);
    gateway.topic('a').subscribe((value) => heard.push(value));
    gateway.session.subscribe(fail);
    gateway.session.subscribe((session) => heard.push(session.id));
    gateway.request('echo').subscribe(fail);
    const connection = await server.connection(0);
    await server.until(() => connection.topics.size === 1);
    connection.notify('a', 'x');
    connection.notify('a', 'y');
    await barrier(gateway);
    expect(heard).to.deep.equal([1, 'x', 'y']);
    await reported(4);
    expect(unhandled).to.deep.equal([problem, problem, problem, problem]);
    expect(server.connections).to.have.length(1);
  });

  it('P43: an events observer that throws on every event is reported; sends, replies and reconnects still work', async () => {
    await using server = await openNativeGateway();
    const seen: string[] = [];
    {
      await using gateway = gatewayTo(server, {
        events: {
          next: ({ type }) => {
            seen.push(type);
            throw new Error(`hook on ${type}`);
          },
        },
      });
      gateway.session.subscribe();
      await barrier(gateway);
      server.connections[0]?.vanish();
      await server.connection(1);
      await barrier(gateway);
      expect(namesOf(server.connections[1])).to.deep.equal(['echo']);
    }
    await reported(seen.length);
    expect(seen).to.include.members(['connecting', 'opened', 'ready', 'ended', 'retrying', 'closing', 'closed']);
    expect(unhandled.map((error) => (error as Error).message)).to.deep.equal(seen.map((type) => `hook on ${type}`));
  });

  it('P43: a closeCodes hook that throws is an event, and the table decides in its place', async () => {
    await using server = await openNativeGateway();
    const problem = new Error('closeCodes');
    await using gateway = gatewayTo(server, {
      closeCodes: () => {
        throw problem;
      },
    });
    const failed: GatewayEvent[] = [];
    gateway.events.subscribe((event) => event.type === 'hookFailed' && failed.push(event));
    gateway.session.subscribe();
    await barrier(gateway);
    server.connections[0]?.close(1012);
    await server.connection(1);
    await barrier(gateway);
    expect(failed).to.deep.equal([{ type: 'hookFailed', hook: 'closeCodes', cause: problem }]);
  });

  it('P43: params that throw for the next connection error that topic alone', async () => {
    await using server = await openNativeGateway();
    await using gateway = gatewayTo(server);
    const problem = new Error('params');
    let asked = 0;
    const params = (): unknown => {
      if (++asked > 2) throw problem;
      return { token: 'x' };
    };
    const errors: unknown[] = [];
    const heard: unknown[] = [];
    gateway.topic('a', params).subscribe({ error: (error: unknown) => errors.push(error) });
    gateway.topic('b').subscribe((value) => heard.push(value));
    const first = await server.connection(0);
    await server.until(() => first.topics.size === 2);
    first.vanish();
    const second = await server.connection(1);
    await server.until(() => second.topics.size === 1);
    second.notify('b', 1);
    await barrier(gateway);
    expect(errors).to.deep.equal([problem]);
    expect(heard).to.deep.equal([1]);
    expect(namesOf(second)).to.deep.equal(['SUBSCRIBE b', 'echo']);
  });
});
