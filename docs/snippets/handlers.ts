import * as t from 'io-ts';
import { RequestFailedError } from 'rxgate';
import { commands, type Peer, validated } from 'rxgate/server';
import { interval, map } from 'rxjs';
import { z } from 'zod';

const closes = [1455.22, 1399.42, 1402.11];

// #region handlers
export const answers = commands<Peer>({
  // A value, or a promise of one, is the reply.
  'bars.count': () => closes.length,
  'bars.last': async () => Promise.resolve(closes.at(-1)),
  // An async iterable or an observable streams, if the client asks with `stream: true`. Else its first value is the reply.
  'bars.history': async function* () {
    for (const close of closes) yield await Promise.resolve({ close });
  },
  clock: () => interval(1_000).pipe(map(() => Date.now())),
  // An error that is made to be told. Of any other error a client learns only the code INTERNAL_ERROR.
  'orders.find': (id: string) => {
    throw new RequestFailedError('orders.find', 'NOT_FOUND', { id }, { detail: 'there is no such order' });
  },
});
// #endregion

// #region validated
const Order = t.strict({ symbol: t.string, quantity: t.number });
const Cancel = z.object({ id: z.number() });
const isText = (data: unknown): data is string => typeof data === 'string' && data.length <= 500;

export const checked = commands<Peer>({
  'orders.place': validated(Order, (order, { peer }) => ({ ...order, by: peer.identity?.user })),
  'orders.cancel': validated(Cancel, ({ id }) => `order ${id} is cancelled`),
  say: validated(isText, (text) => text.toUpperCase()),
});
// #endregion
