import { expect } from 'chai';
import { firstValueFrom, Subject, take, toArray } from 'rxjs';
import { mock, trading } from '../../docs/snippets/trading.js';
import type { Peer } from 'rxgate/server';

describe('docs/snippets/trading.ts', () => {
  it('gets bars of the mock', async () => {
    const listening$ = new Subject<{ readonly port: number }>();
    const address = firstValueFrom(listening$);
    const listening = (...[at]: unknown[]): void => listening$.next(at as { readonly port: number });
    const peers: Peer[] = [];
    const gateway$ = mock(0, listening).subscribe((peer) => peers.push(peer));
    const { gateway, bars$ } = trading(`ws://127.0.0.1:${(await address).port}`);
    const bars = await firstValueFrom(bars$.pipe(take(2), toArray()));
    expect(bars.map(({ close }) => close)).to.deep.equal([150.5, 150.5]);
    expect(peers).to.have.length(1);
    await gateway.close();
    gateway$.unsubscribe();
  });
});
