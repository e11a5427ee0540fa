import { expect } from 'chai';
import { filter, firstValueFrom, lastValueFrom, map, NEVER, skip, Subject, take, takeWhile, throwError, toArray } from 'rxjs';
import {
  ConnectionLostError,
  type ConnectionStatus,
  createCounters,
  createGateway,
  type Gateway,
  GatewayClosedError,
  type GatewayEvent,
  shareSession,
} from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { activeResources, resourcesBackTo } from '../support/activeResources.js';
import { gatewayTo, namesOf, openNativeGateway } from '../support/nativeGateway.js';

const reach = (gateway: Gateway, wanted: ConnectionStatus): Promise<unknown> =>
  firstValueFrom(gateway.states.pipe(filter(({ status }) => status === wanted)));

const statusesUntil = (gateway: Gateway, last: ConnectionStatus): Promise<ConnectionStatus[]> =>
  lastValueFrom(
    gateway.states.pipe(
      map(({ status }) => status),
      takeWhile((status) => status !== last, true),
      toArray(),
    ),
  );

const echo = (gateway: Gateway): Promise<unknown> => firstValueFrom(gateway.request('echo'));

describe('createGateway', () => {
  it('connects with its first subscriber, and lets go with its last', async () => {
    await using server = await openNativeGateway();
    const before = activeResources();
    const gateway = gatewayTo(server);
    gateway.states.subscribe();
    gateway.events.subscribe();
    gateway.request('echo');
    gateway.topic('a');
    expect(activeResources()).to.deep.equal(before);
    expect(await firstValueFrom(gateway.request('echo', 'x'))).to.equal('x');
    const connection = await server.connection(0);
    await server.until(() => connection.ended !== undefined);
    expect(connection.ended?.code).to.equal(1000);
    expect(await firstValueFrom(gateway.states)).to.deep.equal({ status: 'disconnected' });
    await resourcesBackTo(before);
    expect(server.upgrades).to.equal(1);
  });

  it('is the pipeline: login, heartbeat, retry and sharing', async () => {
    await using server = await openNativeGateway({ commands: { LOGIN: () => 'welcome' } });
    await using gateway = gatewayTo(server, {
      authenticate: { handshake: (session) => session.request('LOGIN'), timeout: 1_000 },
      heartbeat: { interval: 5, timeout: 1_000, random: () => 0 },
    });
    const beat = firstValueFrom(gateway.events.pipe(filter(({ type }) => type === 'heartbeat')));
    const ids: number[] = [];
    gateway.session.subscribe(({ id }) => ids.push(id));
    gateway.session.subscribe(({ id }) => ids.push(id));
    expect(await beat).to.include({ type: 'heartbeat', session: 1 });
    server.connections[0]?.close(1012);
    const second = await server.connection(1);
    await echo(gateway);
    expect(namesOf(second)[0]).to.equal('LOGIN');
    expect(ids).to.deep.equal([1, 1, 2, 2]);
  });

  it('goes through the states of a life, and tells a late subscriber the present one at once', async () => {
    await using server = await openNativeGateway();
    const gateway = gatewayTo(server);
    const statuses = statusesUntil(gateway, 'closed');
    gateway.session.subscribe();
    await echo(gateway);
    server.connections[0]?.vanish();
    await server.connection(1);
    await echo(gateway);
    let late: ConnectionStatus | undefined;
    gateway.states.subscribe(({ status }) => (late = status));
    expect(late).to.equal('authenticated');
    await gateway.close();
    expect(late).to.equal('closed');
    const round = ['connecting', 'connected', 'authenticated'];
    expect(await statuses).to.deep.equal(['disconnected', ...round, 'reconnecting', ...round, 'closing', 'closed']);
  });

  it('reconnect() while open leaves the session with 1000 and makes the next at once, whatever the backoff', async () => {
    await using server = await openNativeGateway();
    await using gateway = gatewayTo(server, { retry: { initialDelay: 60_000, maxDelay: 60_000 } });
    const heard: unknown[] = [];
    gateway.topic('a').subscribe((value) => heard.push(value));
    await echo(gateway);
    const session = await firstValueFrom(gateway.session);
    const lost = firstValueFrom(gateway.request('silent')).catch((error: unknown) => error);
    gateway.reconnect();
    expect(await lost).to.be.instanceOf(ConnectionLostError);
    expect(await firstValueFrom(session.closed)).to.include({ code: 1000, by: 'us' });
    const [first, second] = [await server.connection(0), await server.connection(1)];
    await echo(gateway);
    await server.until(() => first.ended !== undefined);
    expect(first.ended?.code).to.equal(1000);
    expect(namesOf(second)).to.deep.equal(['SUBSCRIBE a', 'echo']);
    second.notify('a', 1);
    await echo(gateway);
    expect(heard).to.deep.equal([1]);
  });

  it('reconnect() while it waits ends the wait; while nobody is subscribed, and after close, it does nothing', async () => {
    await using server = await openNativeGateway();
    const gateway = gatewayTo(server, { retry: { initialDelay: 60_000, maxDelay: 60_000 } });
    gateway.reconnect();
    server.refusal = 503;
    const states = statusesUntil(gateway, 'authenticated');
    const subscription = gateway.session.subscribe();
    await reach(gateway, 'reconnecting');
    server.refusal = undefined;
    gateway.reconnect();
    await reach(gateway, 'authenticated');
    const expected = ['disconnected', 'connecting', 'reconnecting', 'connecting', 'connected', 'authenticated'];
    expect(await states).to.deep.equal(expected);
    subscription.unsubscribe();
    gateway.reconnect();
    expect(await firstValueFrom(gateway.states)).to.deep.equal({ status: 'disconnected' });
    await gateway.close();
    gateway.reconnect();
    expect(await firstValueFrom(gateway.states)).to.include({ status: 'closed' });
    expect(server.upgrades).to.equal(2);
  });

  it('reconnect() ends a wait though the wake that was given has failed, which is told as hookFailed', async () => {
    await using server = await openNativeGateway();
    server.refusal = 503;
    const cause = new Error('no such notifier');
    const retry = { initialDelay: 60_000, maxDelay: 60_000, wake: throwError(() => cause) };
    await using gateway = gatewayTo(server, { retry });
    const failed: unknown[] = [];
    gateway.events.subscribe((event) => {
      if (event.type === 'hookFailed') failed.push(event);
    });
    const subscription = gateway.session.subscribe();
    await reach(gateway, 'reconnecting');
    expect(failed).to.deep.equal([{ type: 'hookFailed', hook: 'wake', cause }]);
    server.refusal = undefined;
    gateway.reconnect();
    await reach(gateway, 'authenticated');
    expect(server.upgrades).to.equal(2);
    subscription.unsubscribe();
  });

  it('ends a wait when the wake that was given emits', async () => {
    await using server = await openNativeGateway();
    server.refusal = 503;
    const wake = new Subject<void>();
    await using gateway = gatewayTo(server, { retry: { initialDelay: 60_000, maxDelay: 60_000, wake } });
    const subscription = gateway.session.subscribe();
    await reach(gateway, 'reconnecting');
    server.refusal = undefined;
    wake.next();
    await reach(gateway, 'authenticated');
    subscription.unsubscribe();
  });

  it('reconnect() while the handshake is under way does nothing', async () => {
    await using server = await openNativeGateway();
    const login = new Subject<void>();
    await using gateway = gatewayTo(server, { authenticate: () => login });
    const subscription = gateway.session.subscribe();
    await reach(gateway, 'connected');
    gateway.reconnect();
    login.complete();
    await reach(gateway, 'authenticated');
    await echo(gateway);
    expect(server.upgrades).to.equal(1);
    subscription.unsubscribe();
  });

  for (const [title, retry] of [
    ['with a limit on attempts', { maxAttempts: 2 }],
    ['without a retry', false],
  ] as const)
    it(`reconnect() is no failure: it does not count as an attempt, ${title}`, async () => {
      await using server = await openNativeGateway();
      await using gateway = gatewayTo(server, { retry });
      const trace: unknown[] = [];
      gateway.states.subscribe(({ status }) => trace.push(status));
      const subscription = gateway.session.subscribe();
      for (let round = 0; round < 5; round++) {
        await echo(gateway);
        gateway.reconnect();
      }
      await echo(gateway);
      expect(server.upgrades).to.equal(6);
      expect(trace.filter((status) => status === 'reconnecting')).to.have.length(5);
      expect(trace).to.not.include('closed');
      expect(trace.at(-1)).to.equal('authenticated');
      subscription.unsubscribe();
    });

  it('close() drains: what is in flight finishes, topics complete, new requests fail; a second call gets the same report', async () => {
    let answer: (() => void) | undefined;
    await using server = await openNativeGateway({
      commands: {
        slow: ({ id }, connection) => {
          answer = () => {
            connection.reply(id, 'done');
          };
        },
      },
    });
    const gateway = gatewayTo(server);
    const topic = lastValueFrom(gateway.topic('a'), { defaultValue: 'completed' });
    const slow = firstValueFrom(gateway.request('slow'));
    await server.until(() => answer !== undefined);
    expect(gateway.closed).to.equal(false);
    const closing = gateway.close({ deadline: 5_000 });
    expect(gateway.closed).to.equal(true);
    expect(gateway.close({ deadline: 1 })).to.equal(closing);
    expect(await topic).to.equal('completed');
    const late = await echo(gateway).catch((error: unknown) => error);
    expect(late).to.be.instanceOf(GatewayClosedError);
    answer?.();
    expect(await slow).to.equal('done');
    expect(await closing).to.deep.equal({ unsent: 0, unanswered: 0, undelivered: 0, forced: false });
    expect(await gateway.close()).to.equal(await closing);
    expect(server.connections[0]?.ended?.code).to.equal(1000);
    expect(await lastValueFrom(gateway.session, { defaultValue: 'completed' })).to.equal('completed');
    expect(server.upgrades).to.equal(1);
  });

  it('is closed for whoever fails by its close()', async () => {
    const gateway = createGateway({
      url: 'ws://127.0.0.1:9',
      protocol: commandNotify(),
      retry: { initialDelay: 60_000, maxDelay: 60_000 },
    });
    let closed: boolean | undefined;
    gateway.request('x').subscribe({ error: () => (closed = gateway.closed) });
    await gateway.close();
    expect(closed).to.equal(true);
  });

  it('close() of a gateway that was never used reports nothing, and it never connects', async () => {
    await using server = await openNativeGateway();
    const gateway = gatewayTo(server);
    expect(await gateway.close()).to.deep.equal({ unsent: 0, unanswered: 0, undelivered: 0, forced: false });
    expect(await lastValueFrom(gateway.session, { defaultValue: 'completed' })).to.equal('completed');
    expect(server.upgrades).to.equal(0);
  });

  it('closes when its signal aborts, and at once with one that was aborted before', async () => {
    await using server = await openNativeGateway();
    const abort = new AbortController();
    const gateway = gatewayTo(server, { signal: abort.signal });
    gateway.session.subscribe();
    await echo(gateway);
    abort.abort();
    expect(gateway.closed).to.equal(true);
    await reach(gateway, 'closed');
    const connection = await server.connection(0);
    await server.until(() => connection.ended !== undefined);
    expect(connection.ended?.code).to.equal(1000);

    const stillborn = gatewayTo(server, { signal: abort.signal });
    expect(stillborn.closed).to.equal(true);
    expect(await echo(stillborn).catch((error: unknown) => error)).to.be.instanceOf(GatewayClosedError);
    expect(server.upgrades).to.equal(1);
  });

  it('is closed at the end of its await using block', async () => {
    await using server = await openNativeGateway();
    let kept: Gateway;
    {
      await using gateway = gatewayTo(server);
      kept = gateway;
      gateway.session.subscribe();
      await echo(gateway);
    }
    expect(kept.closed).to.equal(true);
    expect(await firstValueFrom(kept.states)).to.include({ status: 'closed' });
    const connection = await server.connection(0);
    await server.until(() => connection.ended !== undefined);
    expect(connection.ended?.code).to.equal(1000);
  });

  it('metrics sample at once and then again, and move with what happens', async () => {
    await using server = await openNativeGateway();
    const counters = createCounters();
    await using gateway = gatewayTo(server, { counters });
    const fresh = await firstValueFrom(gateway.metrics);
    expect(fresh).to.include({ attempts: 0, sessions: 0, messagesIn: 0, messagesOut: 0, pending: 0, uptime: 0 });
    gateway.session.subscribe();
    await echo(gateway);
    gateway.request('silent').subscribe({ error: () => undefined });
    const busy = await firstValueFrom(gateway.metrics);
    expect(busy).to.include({ attempts: 1, sessions: 1, messagesIn: 1, messagesOut: 2, pending: 1 });
    expect(busy.bytesOut).to.be.greaterThan(0);
    expect(busy.replyTime.count).to.equal(1);
    expect(counters.messagesOut).to.equal(2);
    const next = firstValueFrom(gateway.metrics.pipe(skip(1)));
    server.connections[0]?.vanish();
    expect(await next).to.include({ attempts: 2, pending: 0 });
    // Nobody will answer what is pending.
    await gateway.close({ deadline: 0 });
  });

  it('builds per-message events only while gateway.events is observed, or the observer that was given is', async () => {
    await using server = await openNativeGateway();
    const plain: string[] = [];
    const observed = new Subject<GatewayEvent>();
    const isPerMessage = (type: string): boolean => type === 'sent' || type === 'received';
    await using gateway = gatewayTo(server, { events: { next: ({ type }) => plain.push(type) } });
    gateway.session.subscribe();
    await echo(gateway);
    expect(plain).to.include.members(['connecting', 'opened', 'ready']);
    const first = firstValueFrom(
      gateway.events.pipe(
        filter(({ type }) => isPerMessage(type)),
        take(2),
        toArray(),
      ),
    );
    await echo(gateway);
    expect(await first).to.deep.equal([
      { type: 'sent', session: 1, kind: 'request', name: 'echo' },
      { type: 'received', session: 1, kind: 'reply', name: undefined },
    ]);
    await echo(gateway);
    // It has no `observed`, so it never asked for them.
    expect(plain.filter(isPerMessage)).to.deep.equal([]);

    await using other = gatewayTo(server, { events: observed });
    const heard: string[] = [];
    const listening = observed.subscribe(({ type }) => heard.push(type));
    other.session.subscribe();
    await echo(other);
    expect(heard.filter(isPerMessage)).to.deep.equal(['sent', 'received']);
    listening.unsubscribe();
    await echo(other);
    expect(heard.filter(isPerMessage)).to.deep.equal(['sent', 'received']);
  });

  it('throws on an invalid option of any stage at the call, with its name', () => {
    const base = { url: 'ws://127.0.0.1:1/', protocol: commandNotify() };
    const wrong: readonly (readonly [object, string])[] = [
      [{ url: 'http://gw.example' }, 'url'],
      [{ connectTimeout: 0 }, 'connectTimeout'],
      [{ authenticate: 7 }, 'authenticate must be a handshake'],
      [{ authenticate: false }, 'authenticate must be a handshake'],
      [{ authenticate: null }, 'authenticate must be a handshake'],
      [{ authenticate: {} }, 'handshake'],
      [{ heartbeat: true }, 'heartbeat must be'],
      [{ heartbeat: null }, 'heartbeat must be'],
      [{ retry: 5 }, 'retry must be'],
      [{ retry: null }, 'retry must be'],
      [{ retry: { wake: 5 } }, 'retry.wake must be an observable'],
      [{ retry: { wake: null } }, 'retry.wake must be an observable'],
      [{ counters: {} }, 'counters must be'],
      [{ counters: null }, 'counters must be'],
      [{ events: () => undefined }, 'createGateway: events must be'],
      [{ events: {} }, 'createGateway: events must be'],
      [{ signal: {} }, 'signal must be an AbortSignal'],
      [{ signal: null }, 'signal must be an AbortSignal'],
      [{ authenticate: { handshake: () => NEVER, timeout: -1 } }, 'timeout'],
      [{ heartbeat: { interval: 0 } }, 'interval'],
      [{ retry: { initialDelay: -1 } }, 'initialDelay'],
      [{ linger: -1 }, 'linger'],
      [{ maxWaiting: 1.5 }, 'maxWaiting'],
    ];
    for (const [option, name] of wrong)
      expect(() => createGateway({ ...base, ...option }), name)
        .to.throw(name)
        .that.satisfies((error: unknown) => error instanceof TypeError || error instanceof RangeError);
    expect(() => createGateway(undefined as never)).to.throw(TypeError, /^createGateway: options must be an object/);
  });

  it('throws on an invalid option of a request, a send and a close at the call, with its name', () => {
    const gateway = createGateway({ url: 'ws://127.0.0.1:1/', protocol: commandNotify() });
    const signal = {} as AbortSignal;
    expect(() => gateway.request('x', 1, { signal })).to.throw(TypeError, /^request: signal must be an AbortSignal/);
    expect(() => gateway.send('x', 1, { signal })).to.throw(TypeError, /^send: signal must be an AbortSignal/);
    expect(() => gateway.close(500 as never)).to.throw(TypeError, /^drain: options must be an object, not 500/);
    expect(gateway.closed).to.equal(false);
  });

  it('its stream takes every operator, and is shared already', async () => {
    await using server = await openNativeGateway();
    await using gateway = gatewayTo(server);
    const again = gateway.session.pipe(shareSession());
    gateway.session.subscribe();
    const session = await firstValueFrom(again);
    expect(session).to.equal(await firstValueFrom(gateway.session));
    expect(server.connections).to.have.length(1);
  });
});
