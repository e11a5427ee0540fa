import { expect } from 'chai';
import { either } from 'fp-ts';
import { firstValueFrom } from 'rxjs';
import { connect, shareSession } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { fakeServe } from 'rxgate/testing';
import { Order, place, placing, quickest, schema, shop } from '../../docs/snippets/ioTs.js';

const at = '2026-11-30T14:45:00.000Z';
const order = { id: 'o-1', symbol: 'SPX', quantity: 2, at, more: 1 };

/** The session of a client of the shop, in memory. */
const open = () => {
  const server = fakeServe();
  shop(server.peers).subscribe();
  return connect({ url: 'ws://fake', protocol: commandNotify(), webSocketFactory: server.webSocketFactory }).pipe(shareSession());
};

describe('the snippets of the guide to io-ts', () => {
  it('decode an order, and generate a decoder of it', () => {
    const wanted = { id: 'o-1', symbol: 'SPX', quantity: 2, at: new Date(at) };
    expect(Order.decode(order)).to.deep.equal(either.right(wanted));
    expect(quickest.decode(order)).to.deep.equal(either.right(wanted));
    expect(quickest.decode({ ...order, quantity: 0 })._tag).to.equal('Left');
  });

  it('describe it as a JSON Schema', () => {
    expect(schema).to.have.nested.property('allOf[0].properties.at.format', 'date-time');
  });

  it('place an order, and say what was wrong with another', async () => {
    expect(await firstValueFrom(open().pipe(place(order)))).to.equal('placed in 2026');
    expect(await firstValueFrom(open().pipe(place({ ...order, quantity: 0 })))).to.match(/^refused: /);
  });

  it('place an order as a task', async () => {
    expect(await placing(order)(open())()).to.deep.equal(either.right({ order: 'o-1', year: 2026 }));
    expect(await placing({})(open())()).to.have.nested.include({ _tag: 'Left', 'left.kind': 'requestFailed' });
  });
});
