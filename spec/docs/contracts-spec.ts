import { expect } from 'chai';
import { firstValueFrom, lastValueFrom, type Observable } from 'rxjs';
import { connect, request, topic } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import type { Peer, ServeAddress, ServeSource } from 'rxgate/server';
import { trading } from '../../docs/snippets/contract.js';
import { tradingClient } from '../../docs/snippets/contractClient.js';
import { fakeTrading } from '../../docs/snippets/contractFake.js';
import { tradingServer } from '../../docs/snippets/contractServer.js';
import { splitServer } from '../../docs/snippets/contractStages.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { recorded } from '../support/recorded.js';
import { until } from '../support/until.js';

const serving = async (of: (source: ServeSource) => Observable<Peer>): Promise<string> => {
  let listening: (address: ServeAddress) => void = () => undefined;
  const address = new Promise<ServeAddress>((resolve) => (listening = resolve));
  const peers = recorded(of({ port: 0, host: '127.0.0.1', listening }));
  atTestEnd(() => peers.subscription.unsubscribe());
  return `ws://127.0.0.1:${(await address).port}`;
};

describe('the snippets of the guide to contracts', () => {
  afterEach(cleanUp);

  it('contractServer.ts serves contractClient.ts', async () => {
    const client = tradingClient(await serving(tradingServer));
    expect(await firstValueFrom(client.place('SPX', 2))).to.deep.equal({ order: 2 });
    expect(await firstValueFrom(client.count)).to.equal(2);
    expect(await firstValueFrom(client.days('SPX'))).to.equal(2026);
    const wrong = await firstValueFrom(client.place('SPX', -1)).catch((error: unknown) => error);
    expect(wrong).to.deep.include({ kind: 'validation', subject: 'orders.place', paths: ['quantity'] });
    expect(await firstValueFrom(client.count)).to.equal(2);
    expect(await lastValueFrom(client.leave)).to.include({ forced: false });
  });

  it('contractStages.ts answers by two stages', async () => {
    const session$ = connect({ url: await serving(splitServer), protocol: commandNotify(), contract: trading });
    expect(await firstValueFrom(session$.pipe(request('orders.count')))).to.equal(1);
    expect(await firstValueFrom(session$.pipe(request('orders.place', { symbol: 'SPX', quantity: 1 })))).to.deep.equal({
      order: 1,
    });
  });

  it('contractFake.ts answers, and publishes', async () => {
    const { gateway, publish } = fakeTrading();
    const { webSocketFactory } = gateway;
    const session$ = connect({ url: 'ws://fake', protocol: commandNotify(), contract: trading, webSocketFactory });
    expect(await firstValueFrom(session$.pipe(request('orders.place', { symbol: 'SPX', quantity: 3 })))).to.deep.equal({
      order: 3,
    });
    const bars = recorded(session$.pipe(topic('bars:{symbol}:{resolution}', { symbol: 'BRK:B', resolution: '1D' })));
    atTestEnd(() => bars.subscription.unsubscribe());
    await until(() => gateway.sent.some(({ kind }) => kind === 'subscribe'));
    publish('BRK:B', 7);
    expect(await bars.value()).to.deep.equal({ day: new Date('2026-11-30'), close: 7 });
  });
});
