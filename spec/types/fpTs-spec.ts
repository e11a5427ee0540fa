import { expect } from 'chai';
import { type either, function as functions, type readerTaskEither, taskEither } from 'fp-ts';
import { EMPTY, type Observable } from 'rxjs';
import { type GatewayErrorKind, RequestFailedError, type Session, type Untyped, ValidationError } from 'rxgate';
import {
  type GatewayErrorOf,
  matchError,
  requestEither,
  type TaggedGatewayError,
  toReaderTaskEither,
  toTaskEither,
} from 'rxgate/fp-ts';

// What stands here is checked by the compiler: `npm run types`.
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const equal = <A, B>(_same: Equal<A, B>): void => undefined;

equal<TaggedGatewayError['kind'], GatewayErrorKind>(true);
equal<GatewayErrorOf<'validation'>, ValidationError>(true);

interface Shop {
  readonly commands: {
    readonly place: { readonly request: { readonly quantity: number }; readonly reply: { readonly id: string } };
  };
  readonly topics: object & Record<never, never>;
}
const shop$: Observable<Session<Shop>> = EMPTY;
const session$: Observable<Session<Untyped>> = EMPTY;

const placed$ = shop$.pipe(requestEither('place', { quantity: 1 }));
equal<typeof placed$, Observable<either.Either<TaggedGatewayError, { readonly id: string }>>>(true);
const free$ = session$.pipe(requestEither<number>('sum', [1]));
equal<typeof free$, Observable<either.Either<TaggedGatewayError, number>>>(true);
const unknown$ = session$.pipe(requestEither('sum'));
equal<typeof unknown$, Observable<either.Either<TaggedGatewayError, unknown>>>(true);
// @ts-expect-error: the contract knows no such command.
export const wrongCommand = (): unknown => shop$.pipe(requestEither('plaec', { quantity: 1 }));
// @ts-expect-error: and no such data.
export const wrongData = (): unknown => shop$.pipe(requestEither('place', { quantity: '1' }));

const task = toTaskEither(session$);
equal<typeof task, taskEither.TaskEither<TaggedGatewayError, Session<Untyped>>>(true);
const total = toTaskEither(session$, () => 'other' as const);
equal<typeof total, taskEither.TaskEither<TaggedGatewayError | 'other', Session<Untyped>>>(true);
const reader = toReaderTaskEither((source$: Observable<number>) => source$);
equal<typeof reader, readerTaskEither.ReaderTaskEither<Observable<number>, TaggedGatewayError, number>>(true);

export const lengths = functions.pipe(
  task,
  taskEither.map((session) => session.id),
  taskEither.mapLeft(matchError({ requestFailed: ({ code }) => String(code) }, ({ kind }) => kind)),
);
equal<typeof lengths, taskEither.TaskEither<string, number>>(true);

export const byKind = matchError(
  {
    requestFailed: (error) => {
      equal<typeof error, RequestFailedError>(true);
      return 1;
    },
  },
  (error) => {
    equal<typeof error, TaggedGatewayError>(true);
    return 2;
  },
);
// @ts-expect-error: without otherwise, each kind needs a case.
export const notTotal = (): unknown => matchError({ requestFailed: () => 1 });

/** A `switch` over all kinds is complete to the compiler. */
export function fold(error: TaggedGatewayError): string {
  switch (error.kind) {
    case 'requestFailed':
    case 'subscriptionRejected':
      return String(error.code);
    case 'validation':
      return error.paths.join();
    case 'connectionLost':
      return error.reason;
    case 'handshakeRejected':
      return String(error.status);
    case 'connectFailed':
    case 'connectTimeout':
    case 'heartbeatTimeout':
    case 'authentication':
    case 'requestTimeout':
    case 'malformedMessage':
    case 'outboxOverflow':
    case 'gatewayClosed':
      return error.message;
    default:
      equal<typeof error, never>(true);
      return error;
  }
}

describe('the types of rxgate/fp-ts', () => {
  it('tell the errors apart at run time, too', () => {
    expect(fold(new ValidationError('place', ['quantity']))).to.equal('quantity');
    expect([byKind(new RequestFailedError('place', 'FULL')), byKind(new ValidationError('place', ['$']))]).to.deep.equal([1, 2]);
  });
});
