import { expect } from 'chai';
import type * as t from 'io-ts';
import type { Observable } from 'rxjs';
import type { Gateway, GatewayConfig, RequestOptions, TopicOptions } from 'rxgate';
import type { Peer } from 'rxgate/server';
import type { MockGatewayOptions } from 'rxgate/testing';
import type { createBarsClient } from '../../demo/trading/client/barsClient.js';
import type * as codecs from '../../demo/trading/client/codecs.js';
import { createClient } from '../../demo/trading/client/createClient.js';
import type { GatewayContract } from '../../demo/trading/client/contract.js';
import type { gatewayConfig } from '../../demo/trading/client/gatewayConfig.js';
import type { mockGateway } from '../../demo/trading/client/mockGateway.js';

/** Compiles only if both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_same: Same<A, B>): void => undefined;

interface Bar {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume?: number | null;
}
type Order = { readonly symbol: string; readonly side: 'buy' | 'sell'; readonly quantity: number };
type Receipt = { readonly id: string; readonly at: string };
type Params = { readonly symbol: string; readonly resolution: '1' | '5' | 'D' };
/** The same members, whatever they are called together. */
type Plain<T> = { readonly [K in keyof T]: T[K] };

/** Never called: what counts is that it compiles. What stands here is written by hand; the client is up to date by `trading-spec.ts`. */
function generated(gateway: Gateway<GatewayContract>): void {
  same<Parameters<typeof createBarsClient>, [gateway: Gateway<GatewayContract>]>(true);
  const { bars, quotes, orders } = createClient(gateway);
  const [params, options] = [null as never as Params, null as never as TopicOptions];
  const bar$ = bars.bars(params, options);
  same<typeof bar$ extends Observable<infer B> ? Plain<B> : never, Plain<Bar>>(true);
  same<Plain<Parameters<typeof bars.bars>[0]>, Plain<Params>>(true);
  same<Parameters<typeof bars.bars>[1], TopicOptions | undefined>(true);
  same<Plain<Parameters<typeof quotes.quotes>[0]>, { readonly symbol: string }>(true);
  same<Plain<Parameters<typeof orders.place>[0]>, Plain<Order>>(true);
  same<Parameters<typeof orders.place>[1], RequestOptions | undefined>(true);
  const receipt$ = orders.place({ symbol: 'AAPL', side: 'buy', quantity: 1 });
  same<typeof receipt$ extends Observable<infer R> ? Plain<R> : never, Plain<Receipt>>(true);
  same<Plain<t.TypeOf<typeof codecs.Bar>>, Plain<Bar>>(true);
  same<Plain<GatewayContract['commands']['orders.place']['request']>, Plain<Order>>(true);
  same<Plain<GatewayContract['topics']['bars:{symbol}:{resolution}']['data']>, Plain<Bar>>(true);
  same<ReturnType<typeof gatewayConfig>, GatewayConfig<GatewayContract>>(true);
  same<ReturnType<typeof mockGateway>, Observable<Peer>>(true);
  same<Parameters<typeof mockGateway>[0], Partial<MockGatewayOptions> | undefined>(true);
  // @ts-expect-error: there is no such side.
  orders.place({ symbol: 'AAPL', side: 'hold', quantity: 1 });
  // @ts-expect-error: nor such a resolution.
  bars.bars({ symbol: 'AAPL', resolution: '7' });
}

describe('the types of a generated client', () => {
  it('are those of its document', () => {
    // The type check of this file is the test; running it only shows that it is there.
    expect(generated.length).to.equal(1);
  });
});
