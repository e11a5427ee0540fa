import * as t from 'io-ts';
import { request, type Session } from 'rxgate';
import { matchError, requestEither, toReaderTaskEither } from 'rxgate/fp-ts';
import { compileDecoder, DateFromISOString, exactRecord, id, intInRange, NonEmptyString, toStandard } from 'rxgate/io-ts';
import { generateDecoder } from 'rxgate/io-ts/generate';
import { commands, type Peer, validated } from 'rxgate/server';
import { either, function as functions } from 'fp-ts';
import { map, type Observable } from 'rxjs';

// #region codecs
export const OrderId = id('OrderId');

export const Order = exactRecord(
  { id: OrderId, symbol: NonEmptyString, quantity: intInRange(1, 10_000), at: DateFromISOString },
  { note: t.string },
  'Order',
);
export type Order = t.TypeOf<typeof Order>;
// #endregion

// #region compiled
const compiled = compileDecoder(Order);

/** A command whose data is checked at the boundary. `at` is a `Date` here, and what the client sent too much is gone. */
export const shop = (peer$: Observable<Peer>) =>
  peer$.pipe(commands({ 'orders.place': validated(compiled, ({ id: order, at }) => ({ order, year: at.getUTCFullYear() })) }));
// #endregion

// #region generated
/** In Node; where code of strings is forbidden, closures do the work. */
export const quickest = generateDecoder(Order, { onForbidden: ({ message }) => process.emitWarning(message) });
// #endregion

// #region standard
export const schema = toStandard(Order)['~standard'].jsonSchema.input({ target: 'draft-2020-12' });
// #endregion

// #region either
const said = matchError(
  { validation: ({ paths }) => `wrong: ${paths.join()}`, requestFailed: ({ code }) => `refused: ${code}` },
  String,
);

/** What became of an order, in words. It errors for none of the gateway's errors. */
export const place =
  (data: unknown) =>
  (session$: Observable<Session>): Observable<string> =>
    session$.pipe(
      requestEither<{ year: number }>('orders.place', data),
      map((outcome) =>
        functions.pipe(
          outcome,
          either.match(said, ({ year }) => `placed in ${year}`),
        ),
      ),
    );
// #endregion

// #region task
/** `await placing(order)(session$)()` */
export const placing = (data: unknown) => toReaderTaskEither(request<{ year: number }>('orders.place', data));
// #endregion
