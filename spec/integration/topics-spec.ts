import { expect } from 'chai';
import { filter, firstValueFrom, retry, type Subscription, toArray } from 'rxjs';
import { type ConnectionStatus, type Gateway, notifications, type Protocol, SubscriptionRejectedError } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { gatewayTo, namesOf, type NativeConnection, openNativeGateway } from '../support/nativeGateway.js';

/** Everything that the client sent before has arrived once this resolves: frames keep their order. */
const barrier = (gateway: Gateway): Promise<unknown> => firstValueFrom(gateway.request('echo'));

const status = (gateway: Gateway, wanted: ConnectionStatus): Promise<unknown> =>
  firstValueFrom(gateway.states.pipe(filter((state) => state.status === wanted)));

const namesWithoutEcho = (connection: NativeConnection | undefined): readonly string[] =>
  namesOf(connection).filter((name) => name !== 'echo');

describe('topics over a real socket', () => {
  it('P11: three subscribers share one wire subscription', async () => {
    await using server = await openNativeGateway();
    await using gateway = gatewayTo(server);
    gateway.session.subscribe();
    const heard: string[] = [];
    const subscriptions = ['a', 'b', 'c'].map((who) =>
      gateway.topic<number>('bars').subscribe((value) => heard.push(`${who}${value}`)),
    );
    const connection = await server.connection(0);
    await server.until(() => connection.topics.size === 1);
    connection.notify('bars', 1);
    await barrier(gateway);
    expect(heard).to.deep.equal(['a1', 'b1', 'c1']);

    subscriptions[0]?.unsubscribe();
    subscriptions[1]?.unsubscribe();
    connection.notify('bars', 2);
    await barrier(gateway);
    expect(heard).to.deep.equal(['a1', 'b1', 'c1', 'c2']);
    expect(namesWithoutEcho(connection)).to.deep.equal(['SUBSCRIBE bars']);

    subscriptions[2]?.unsubscribe();
    await barrier(gateway);
    expect(namesWithoutEcho(connection)).to.deep.equal(['SUBSCRIBE bars', 'UNSUBSCRIBE bars']);
    expect(connection.frames.find(({ type }) => type === 'UNSUBSCRIBE')?.id).to.equal(
      connection.frames.find(({ type }) => type === 'SUBSCRIBE')?.id,
    );
  });

  it('P11: equal parameters in another order are one wire subscription, other parameters are another', async () => {
    await using server = await openNativeGateway();
    await using gateway = gatewayTo(server);
    gateway.session.subscribe();
    gateway.topic('bars', { symbol: 'SPX', resolution: '1D' }).subscribe();
    gateway.topic('bars', { resolution: '1D', symbol: 'SPX' }).subscribe();
    gateway.topic('bars', { symbol: 'SPX', resolution: '1W' }).subscribe();
    await barrier(gateway);
    const [connection] = server.connections;
    expect(connection?.frames.filter(({ type }) => type === 'SUBSCRIBE').map(({ params }) => params)).to.deep.equal([
      { symbol: 'SPX', resolution: '1D' },
      { symbol: 'SPX', resolution: '1W' },
    ]);
  });

  it('P11: topics of one session share its wire subscription, and the last of them ends it', async () => {
    await using server = await openNativeGateway();
    await using gateway = gatewayTo(server);
    gateway.session.subscribe();
    const session = await firstValueFrom(gateway.session);
    const heard: string[] = [];
    const [a, b] = ['a', 'b'].map((who) => session.topic<number>('bars').subscribe((value) => heard.push(`${who}${value}`)));
    await barrier(gateway);
    const connection = await server.connection(0);
    a?.unsubscribe();
    connection.notify('bars', 1);
    await barrier(gateway);
    expect(heard).to.deep.equal(['b1']);
    expect(namesWithoutEcho(connection)).to.deep.equal(['SUBSCRIBE bars']);
    b?.unsubscribe();
    await barrier(gateway);
    expect(namesWithoutEcho(connection)).to.deep.equal(['SUBSCRIBE bars', 'UNSUBSCRIBE bars']);
  });

  it('P12: notifications listens without a frame on the wire', async () => {
    await using server = await openNativeGateway();
    await using gateway = gatewayTo(server);
    const heard: unknown[] = [];
    const listening = gateway.session.pipe(notifications('NOTIFY_CHANGE')).subscribe(({ data }) => heard.push(data));
    const connection = await server.connection(0);
    connection.notify('NOTIFY_CHANGE', 1);
    connection.notify('NOTIFY_OTHER', 2);
    await barrier(gateway);
    listening.unsubscribe();
    await server.until(() => connection.ended !== undefined);
    expect(heard).to.deep.equal([1]);
    expect(namesOf(connection)).to.deep.equal(['echo']);
  });

  it('P12: a protocol that has no frame for a subscribe sends none, also on unsubscribe and after a reconnect', async () => {
    await using server = await openNativeGateway();
    const native = commandNotify();
    /** Topics of this protocol flow by themselves: each is confirmed by its first notification. */
    const protocol: Protocol = {
      ...native,
      client: () => {
        const codec = native.client();
        const ids = new Map<string, number | string>();
        return {
          encode: (message) => {
            if (message.kind === 'subscribe') ids.set(message.topic, message.id);
            return message.kind === 'subscribe' || message.kind === 'unsubscribe' ? undefined : codec.encode(message);
          },
          decode: (frame) => {
            const messages = [codec.decode(frame)].flat();
            const [first] = messages;
            const id = first?.kind === 'notification' ? ids.get(first.topic) : undefined;
            if (first?.kind !== 'notification' || id === undefined) return messages;
            ids.delete(first.topic);
            return [{ kind: 'confirmation', id, topic: first.topic }, first];
          },
        };
      },
    };
    await using gateway = gatewayTo(server, { protocol, confirmTimeout: Infinity });
    gateway.session.subscribe();
    const heard: unknown[] = [];
    const listening = gateway.topic('ticks').subscribe((value) => heard.push(value));
    for (const index of [0, 1]) {
      const connection = await server.connection(index);
      connection.notify('ticks', index);
      await barrier(gateway);
      if (index === 0) connection.vanish();
    }
    listening.unsubscribe();
    await barrier(gateway);
    expect(heard).to.deep.equal([0, 1]);
    expect(server.connections.map(namesOf)).to.deep.equal([['echo'], ['echo', 'echo']]);
  });

  it('P13: a topic that is left during an outage is neither subscribed nor unsubscribed on the next connection', async () => {
    await using server = await openNativeGateway();
    await using gateway = gatewayTo(server);
    gateway.topic('a').subscribe();
    const b = gateway.topic('b').subscribe();
    const first = await server.connection(0);
    await server.until(() => first.topics.size === 2);
    server.refusal = 503;
    first.vanish();
    await status(gateway, 'reconnecting');
    b.unsubscribe();
    server.refusal = undefined;
    const second = await server.connection(1);
    await barrier(gateway);
    expect(namesOf(second)).to.deep.equal(['SUBSCRIBE a', 'echo']);
    expect(namesOf(first)).to.deep.equal(['SUBSCRIBE a', 'SUBSCRIBE b']);
  });

  it('P14: each of five reconnects carries each topic once, and each event is delivered once', async () => {
    await using server = await openNativeGateway();
    await using gateway = gatewayTo(server);
    const topics = ['a', 'b', 'c'];
    const heard: string[] = [];
    // Two subscribers on one of them: that must not double anything.
    const listen = (topic: string): Subscription =>
      gateway.topic<number>(topic).subscribe((value) => heard.push(`${topic}${value}`));
    topics.forEach(listen);
    listen('b');
    for (let round = 0; round < 6; round++) {
      const connection = await server.connection(round);
      await server.until(() => connection.topics.size === 3);
      heard.length = 0;
      for (const topic of topics) connection.notify(topic, round);
      await barrier(gateway);
      expect(heard).to.deep.equal([`a${round}`, `b${round}`, `b${round}`, `c${round}`]);
      expect(namesWithoutEcho(connection)).to.deep.equal(['SUBSCRIBE a', 'SUBSCRIBE b', 'SUBSCRIBE c']);
      if (round < 5) connection.close([1000, 1001, 1012, 1011, 4000][round]);
    }
    expect(server.connections).to.have.length(6);
  });

  it('P15: the second connection carries the login, then the topics, then what waited, in order', async () => {
    await using server = await openNativeGateway({ commands: { LOGIN: () => 'welcome', order: ({ data }) => data } });
    await using gateway = gatewayTo(server, { authenticate: (session) => session.request('LOGIN') });
    gateway.topic('a').subscribe();
    gateway.topic('b').subscribe();
    const first = await server.connection(0);
    await server.until(() => first.topics.size === 2);
    server.refusal = 503;
    first.vanish();
    await status(gateway, 'reconnecting');
    const replies = [1, 2, 3].map((data) => firstValueFrom(gateway.request<number>('order', data)));
    gateway.send('note', 4).subscribe();
    gateway.topic('c').subscribe();
    server.refusal = undefined;
    expect(await Promise.all(replies)).to.deep.equal([1, 2, 3]);
    const second = await server.connection(1);
    await barrier(gateway);
    expect(namesOf(second).join()).to.equal('LOGIN,SUBSCRIBE a,SUBSCRIBE b,SUBSCRIBE c,order,order,order,note,echo');
    expect(second.frames.slice(4, 8).map(({ data }) => data)).to.deep.equal([1, 2, 3, 4]);
  });

  it('P16: nothing goes out before the login was answered, however long that takes', async () => {
    let answer: (() => void) | undefined;
    await using server = await openNativeGateway({
      commands: {
        LOGIN: ({ id }, connection) => {
          answer = () => {
            connection.reply(id, 'welcome');
          };
        },
      },
    });
    await using gateway = gatewayTo(server, { authenticate: (session) => session.request('LOGIN') });
    gateway.topic('a').subscribe();
    gateway.send('note').subscribe();
    const reply = firstValueFrom(gateway.request('echo', 'x'));
    const connection = await server.connection(0);
    await server.until(() => answer !== undefined);
    // A ping of the gateway is answered at all times, so the pong shows that nothing else was sent before it.
    connection.send({ type: 'ping', timestamp: 1 });
    await server.until(() => connection.frames.length > 1);
    expect(namesOf(connection)).to.deep.equal(['LOGIN', 'pong']);
    answer?.();
    expect(await reply).to.equal('x');
    expect(namesOf(connection)).to.deep.equal(['LOGIN', 'pong', 'SUBSCRIBE a', 'note', 'echo']);
  });

  it('P16: after a refused login nothing else is ever sent, and all who waited get the error', async () => {
    await using server = await openNativeGateway({
      commands: {
        LOGIN: ({ id }, connection) => {
          connection.fail(id, 'BAD_TOKEN');
        },
      },
    });
    await using gateway = gatewayTo(server, { authenticate: (session) => session.request('LOGIN') });
    const kinds: string[] = [];
    const note = (error: { kind: string }): void => void kinds.push(error.kind);
    gateway.topic('a').subscribe({ error: note });
    gateway.request('echo').subscribe({ error: note });
    gateway.send('note').subscribe({ error: note });
    await status(gateway, 'closed');
    const connection = await server.connection(0);
    await server.until(() => connection.ended !== undefined);
    expect(kinds).to.deep.equal(['authentication', 'authentication', 'authentication']);
    expect(server.connections.map(namesOf)).to.deep.equal([['LOGIN']]);
    expect(server.upgrades).to.equal(1);
  });

  it('P17: a refused topic errors alone; its sibling and the socket go on', async () => {
    await using server = await openNativeGateway({
      subscribe: ({ id, topic }, connection, acknowledge) => {
        if (topic === 'b') connection.send({ type: 'NACK', id, code: 'FORBIDDEN', error: 'not yours', data: { plan: 'free' } });
        else acknowledge();
      },
    });
    await using gateway = gatewayTo(server);
    const heard: unknown[] = [];
    gateway.topic('a').subscribe((value) => heard.push(value));
    const refusal = await firstValueFrom(gateway.topic('b')).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(SubscriptionRejectedError);
    expect(refusal).to.include({ topic: 'b', code: 'FORBIDDEN', retryable: false });
    expect(refusal).to.have.deep.property('data', { plan: 'free' });
    const [connection] = server.connections;
    connection?.notify('a', 1);
    await barrier(gateway);
    expect(heard).to.deep.equal([1]);
    // It left the ledger: no unsubscribe for it, and the next connection does not ask for it again.
    expect(namesWithoutEcho(connection)).to.deep.equal(['SUBSCRIBE a', 'SUBSCRIBE b']);
    connection?.vanish();
    await server.connection(1);
    await barrier(gateway);
    expect(namesOf(server.connections[1])).to.deep.equal(['SUBSCRIBE a', 'echo']);
  });

  it('P17: retry subscribes a refused topic again', async () => {
    let asked = 0;
    await using server = await openNativeGateway({
      subscribe: ({ id, topic = '' }, connection, acknowledge) => {
        if (++asked < 3) {
          connection.send({ type: 'NACK', id, code: 'BUSY' });
          return;
        }
        acknowledge();
        connection.notify(topic, asked);
      },
    });
    await using gateway = gatewayTo(server);
    gateway.session.subscribe();
    expect(await firstValueFrom(gateway.topic('a').pipe(retry(5)))).to.equal(3);
    expect(server.connections).to.have.length(1);
  });

  it('P17: a topic that is not confirmed in time errors, is unsubscribed, and its late confirmation changes nothing', async () => {
    let acknowledgeLate: (() => void) | undefined;
    await using server = await openNativeGateway({
      subscribe: ({ topic }, _connection, acknowledge) => {
        if (topic === 'slow') acknowledgeLate = acknowledge;
        else acknowledge();
      },
    });
    await using gateway = gatewayTo(server, { confirmTimeout: 30 });
    const heard: unknown[] = [];
    gateway.topic('a').subscribe((value) => heard.push(value));
    const refusal = await firstValueFrom(gateway.topic('slow')).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(SubscriptionRejectedError);
    expect(refusal).to.include({ topic: 'slow', code: 'TIMEOUT', retryable: true });
    acknowledgeLate?.();
    const [connection] = server.connections;
    connection?.notify('slow', 0);
    connection?.notify('a', 1);
    await barrier(gateway);
    expect(heard).to.deep.equal([1]);
    expect(namesWithoutEcho(connection)).to.deep.equal(['SUBSCRIBE a', 'SUBSCRIBE slow', 'UNSUBSCRIBE slow']);
    const { drops } = await firstValueFrom(gateway.metrics);
    expect(drops).to.include({ unmatchedConfirmation: 1, unroutedNotification: 1 });
  });

  it('P17: notifications that overtake their confirmation come after it, in order, under the confirmed name', async () => {
    let confirm: (() => void) | undefined;
    await using server = await openNativeGateway({
      subscribe: ({ id, topic }, connection, acknowledge) => {
        if (topic !== 'Asked-For') acknowledge();
        else
          confirm = () => {
            connection.send({ type: 'ACK', id, topic: 'canonical' });
          };
      },
    });
    await using gateway = gatewayTo(server);
    const heard: unknown[] = [];
    gateway.topic('Asked-For').subscribe((value) => heard.push(value));
    gateway.topic('other').subscribe((value) => heard.push(value));
    await barrier(gateway);
    const [connection] = server.connections;
    for (const value of [1, 2]) connection?.notify('canonical', value);
    connection?.notify('other', 'x');
    connection?.notify('stranger', 'y');
    await barrier(gateway);
    expect(heard).to.deep.equal(['x']);
    confirm?.();
    connection?.notify('canonical', 3);
    await barrier(gateway);
    expect(heard).to.deep.equal(['x', 1, 2, 3]);
    expect((await firstValueFrom(gateway.metrics)).drops.unroutedNotification).to.equal(1);
  });

  it('P29: fifty topics make no more attempts than one while the gateway is down', async () => {
    const attempts: number[] = [];
    for (const count of [1, 50]) {
      await using server = await openNativeGateway();
      server.refusal = 503;
      await using gateway = gatewayTo(server, { retry: { initialDelay: 1, maxDelay: 1, maxAttempts: 8 } });
      const errors: unknown[] = [];
      for (let index = 0; index < count; index++)
        gateway.topic(`topic ${index}`).subscribe({ error: (error: unknown) => errors.push(error) });
      await status(gateway, 'closed');
      expect(errors).to.have.length(count);
      expect(new Set(errors).size).to.equal(1);
      attempts.push(server.upgrades);
    }
    expect(attempts).to.deep.equal([8, 8]);
  });

  it('P29: fifty topics with a retry of their own on a connection that comes back use one reconnect loop', async () => {
    await using server = await openNativeGateway();
    await using gateway = gatewayTo(server);
    for (let index = 0; index < 50; index++) gateway.topic(`topic ${index}`).pipe(retry()).subscribe();
    const first = await server.connection(0);
    await server.until(() => first.topics.size === 50);
    server.refusal = 503;
    first.vanish();
    await server.until(() => server.upgrades === 6);
    server.refusal = undefined;
    const second = await server.connection(1);
    await server.until(() => second.topics.size === 50);
    expect(server.upgrades).to.equal(7);
    expect(second.frames).to.have.length(50);
  });

  it('P39: ten lost connections show as neither error nor completion of a topic', async () => {
    await using server = await openNativeGateway();
    await using gateway = gatewayTo(server);
    const heard: unknown[] = [];
    const causes: unknown[] = [];
    gateway.states.pipe(filter((state) => state.status === 'reconnecting')).subscribe(({ cause }) => causes.push(cause));
    gateway.topic('a').subscribe({
      next: (value) => heard.push(value),
      error: () => heard.push('error'),
      complete: () => heard.push('complete'),
    });
    for (let round = 0; round <= 10; round++) {
      const connection = await server.connection(round);
      await server.until(() => connection.topics.size === 1);
      connection.notify('a', round);
      await barrier(gateway);
      if (round === 10) break;
      if (round % 2) connection.vanish();
      else connection.close(round % 4 ? 1000 : 1013);
    }
    expect(heard).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    // The trouble is told elsewhere.
    expect(causes).to.have.length(10);
  });

  it('completes a topic that the gateway ends, and sends no unsubscribe for it', async () => {
    await using server = await openNativeGateway();
    await using gateway = gatewayTo(server);
    gateway.session.subscribe();
    const values = firstValueFrom(gateway.topic('a').pipe(toArray()));
    const connection = await server.connection(0);
    await server.until(() => connection.topics.size === 1);
    connection.notify('a', 1);
    connection.send({ type: 'ENDED', topic: 'a' });
    connection.notify('a', 2);
    expect(await values).to.deep.equal([1]);
    await barrier(gateway);
    expect(namesWithoutEcho(connection)).to.deep.equal(['SUBSCRIBE a']);
  });
});
