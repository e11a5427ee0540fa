import { expect } from 'chai';
import { firstValueFrom, timer } from 'rxjs';
import type { Gateway, GatewayConfig } from 'rxgate';
import { countedConnection, type Wire } from '../support/countedConnection.js';
import { gatewayTo, type NativeGateway, openNativeGateway } from '../support/nativeGateway.js';

/** A client whose writes to the network are counted. */
const countedGateway = (server: NativeGateway, config: Partial<GatewayConfig> = {}): { gateway: Gateway; wire: Wire } => {
  const { wire, createConnection } = countedConnection();
  return { gateway: gatewayTo(server, { ...config, socketOptions: { createConnection } }), wire };
};

const nextTurn = (): Promise<void> => new Promise(setImmediate);

describe('writes over a real socket', () => {
  it('what is sent in one turn leaves in one write at its end, in order', async () => {
    await using server = await openNativeGateway();
    const { gateway, wire } = countedGateway(server);
    await using _closing = gateway;
    gateway.session.subscribe();
    const session = await firstValueFrom(gateway.session);
    await firstValueFrom(gateway.request('echo'));
    wire.writes = 0;
    for (let index = 0; index < 100; index++) session.send('note', index);
    gateway.topic('a').subscribe();
    gateway.send('note', 100).subscribe();
    const reply = firstValueFrom(gateway.request('echo', 101));
    expect(wire.writes).to.equal(0);
    await nextTurn();
    expect(wire.writes).to.equal(1);
    await reply;
    const frames = server.connections[0]?.frames.slice(1) ?? [];
    expect(frames.filter(({ command }) => command !== undefined).map(({ data }) => data)).to.deep.equal(
      Array.from({ length: 102 }, (_, index) => index),
    );
    expect(frames.findIndex(({ type }) => type === 'SUBSCRIBE')).to.equal(100);
  });

  it('a lone send leaves at the end of its turn, in every turn', async () => {
    await using server = await openNativeGateway();
    const { gateway, wire } = countedGateway(server);
    await using _closing = gateway;
    gateway.session.subscribe();
    const session = await firstValueFrom(gateway.session);
    for (let index = 0; index < 5; index++) {
      wire.writes = 0;
      session.send('note', index);
      // Later in the same turn, before any timer or I/O.
      await new Promise((resolve) => {
        process.nextTick(resolve);
      });
      expect(wire.writes).to.equal(1);
      await nextTurn();
      expect(wire.writes).to.equal(1);
    }
  });

  it('what was sent before a close, of whatever kind, reaches the server before the 1000', async () => {
    await using server = await openNativeGateway();
    for (const [index, leave] of (['close', 'unsubscribe', 'gateway'] as const).entries()) {
      const { gateway } = countedGateway(server);
      const subscription = gateway.session.subscribe();
      const session = await firstValueFrom(gateway.session);
      session.send('note', 'first');
      session.send('note', 'x'.repeat(300_000));
      session.send('note', 'last');
      if (leave === 'close') session.close();
      else if (leave === 'unsubscribe') subscription.unsubscribe();
      else void gateway.close();
      const connection = await server.connection(index);
      await server.until(() => connection.ended !== undefined);
      expect(connection.frames.map(({ data }) => String(data).length)).to.deep.equal([5, 300_000, 4]);
      expect(connection.ended?.code).to.equal(1000);
      await gateway.close();
    }
  });

  it('a synchronous flood of 100,000 sends arrives whole and in order, and starves neither timers nor replies', async () => {
    const flood = 100_000;
    await using server = await openNativeGateway();
    const { gateway, wire } = countedGateway(server);
    await using _closing = gateway;
    gateway.session.subscribe();
    const session = await firstValueFrom(gateway.session);
    wire.writes = 0;
    const order: string[] = [];
    const before = firstValueFrom(gateway.request('echo', 'before')).then(() => order.push('before'));
    const timed = firstValueFrom(timer(0)).then(() => order.push('timer'));
    for (let index = 0; index < flood; index++) session.send('note', index);
    expect(session.bufferedAmount).to.be.greaterThan(flood);
    const after = firstValueFrom(gateway.request('echo', 'after')).then(() => order.push('after'));
    await nextTurn();
    expect(wire.writes).to.be.within(1, 10);
    await Promise.all([before, timed, after]);
    expect(order[0]).to.equal('timer');
    expect(order.slice(1)).to.deep.equal(['before', 'after']);
    const notes = (server.connections[0]?.frames ?? []).filter(({ command }) => command === 'note');
    expect(notes).to.have.length(flood);
    expect(notes.every(({ data }, index) => data === index)).to.equal(true);
    expect(session.bufferedAmount).to.equal(0);
    expect(server.connections).to.have.length(1);
  }).timeout(20_000);

  it('sends that follow one another by promises each leave no later than the turn does', async () => {
    await using server = await openNativeGateway();
    const { gateway, wire } = countedGateway(server);
    await using _closing = gateway;
    gateway.session.subscribe();
    const session = await firstValueFrom(gateway.session);
    await firstValueFrom(gateway.request('echo'));
    wire.writes = 0;
    const chain = (async () => {
      for (let index = 0; index < 1_000; index++) {
        session.send('note', index);
        await Promise.resolve();
      }
    })();
    await nextTurn();
    await chain;
    expect(wire.writes).to.be.within(1, 3);
    await firstValueFrom(gateway.request('echo'));
    expect(server.connections[0]?.frames.filter(({ command }) => command === 'note')).to.have.length(1_000);
  });
});
