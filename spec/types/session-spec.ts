import { expect } from 'chai';
import { EMPTY, map, NEVER, type Observable, type Subject } from 'rxjs';
import {
  type ClientContract,
  type Contract,
  connect,
  createGateway,
  type Gateway,
  request,
  requestEach,
  type Session,
  send,
  type SocketLike,
  topic,
} from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { WebSocket as NodeWebSocket } from 'ws';

interface Bar {
  readonly close: number;
}
interface Order {
  readonly symbol: string;
  readonly quantity: number;
}
interface Receipt {
  readonly order: number;
}
interface Trading extends Contract {
  readonly commands: {
    readonly 'orders.place': { readonly request: Order; readonly reply: Receipt };
    readonly 'orders.count': { readonly request: undefined; readonly reply: number };
  };
  readonly topics: {
    readonly 'bars:{symbol}': { readonly params: { readonly symbol: string }; readonly data: Bar };
  };
}

/** Compiles only if both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Takes a value of exactly that type. */
const typed =
  <Expected>() =>
  <Actual>(_value: Actual, _same: Same<Expected, Actual>): void =>
    undefined;

const sessions$: Observable<Session<Trading>> = NEVER;
const untyped$: Observable<Session> = NEVER;
const order: Order = { symbol: 'SPX', quantity: 1 };

/** Never called: what counts is that it compiles, and that each line marked as an error is one. */
function typedSessions(session: Session<Trading>, gateway: Gateway<Trading>): void {
  typed<Observable<Receipt>>()(session.request('orders.place', order), true);
  typed<Observable<Bar>>()(session.topic('bars:{symbol}', { symbol: 'SPX' }), true);
  session.send('orders.place', order);
  // @ts-expect-error no such command
  session.request('orders.plaice', order);
  // @ts-expect-error wrong payload
  session.request('orders.place', { symbol: 'SPX' });
  // @ts-expect-error wrong payload
  session.send('orders.place', { symbol: 'SPX', quantity: '1' });
  // @ts-expect-error no such command
  session.send('typing');
  // @ts-expect-error no such topic
  session.topic('bars', { symbol: 'SPX' });
  // @ts-expect-error wrong params
  session.topic('bars:{symbol}', { symbol: 7 });
  // @ts-expect-error params are missing
  session.topic('bars:{symbol}');
  // @ts-expect-error a typed session's reply is not for the caller to choose
  session.request<Bar>('orders.place', order);
  // @ts-expect-error a typed session's data is not for the caller to choose
  session.topic<Receipt>('bars:{symbol}', { symbol: 'SPX' });

  typed<Observable<Receipt>>()(gateway.request('orders.place', order), true);
  typed<Observable<Bar>>()(
    gateway.topic('bars:{symbol}', () => ({ symbol: 'SPX' })),
    true,
  );
  // @ts-expect-error wrong payload
  gateway.request('orders.place', 7);
  // @ts-expect-error wrong params
  gateway.topic('bars:{symbol}', {});
  // @ts-expect-error no such command
  gateway.send('typing', {});
}

function typedStreams(): void {
  typed<Observable<Receipt>>()(sessions$.pipe(request('orders.place', order)), true);
  typed<Observable<Bar>>()(sessions$.pipe(topic('bars:{symbol}', { symbol: 'SPX' })), true);
  // @ts-expect-error no such command
  sessions$.pipe(request('orders.plaice', order));
  // @ts-expect-error wrong payload
  sessions$.pipe(request('orders.place', { symbol: 'SPX' }));
  // @ts-expect-error wrong payload
  sessions$.pipe(send('orders.place', { quantity: 1 }));
  // @ts-expect-error no such topic
  sessions$.pipe(topic('bars', { symbol: 'SPX' }));
  // @ts-expect-error wrong params
  sessions$.pipe(topic('bars:{symbol}', { symbol: 7 }));
  // @ts-expect-error T is free only on untyped sessions
  sessions$.pipe(request<Bar>('orders.place', order));
  // @ts-expect-error T is free only on untyped sessions
  sessions$.pipe(topic<Receipt>('bars:{symbol}', { symbol: 'SPX' }));
  const receipts = (EMPTY as Observable<Order>).pipe(requestEach(sessions$, 'orders.place', { settle: true }));
  // @ts-expect-error the result may be an error
  receipts.pipe(map(({ reply: { order: number } }) => number));
}

function untypedSessions(session: Session, gateway: Gateway): void {
  typed<Observable<Receipt>>()(session.request<Receipt>('anything', { at: 'all' }), true);
  typed<Observable<Receipt>>()(untyped$.pipe(request<Receipt>('anything')), true);
  typed<Observable<Bar>>()(untyped$.pipe(topic<Bar>('bars')), true);
  typed<Observable<unknown>>()(gateway.request('anything'), true);
  typed<Observable<Receipt>>()(gateway.request<Receipt>('anything'), true);
  typed<Observable<Session>>()(connect({ url: 'wss://gw.example', protocol: commandNotify() }), true);
}

function contracts(trading: ClientContract<Trading>): void {
  typed<Observable<Session<Trading>>>()(connect({ url: 'wss://gw.example', protocol: commandNotify(), contract: trading }), true);
  typed<Gateway<Trading>>()(createGateway<Trading>({ url: 'wss://gw.example', protocol: commandNotify() }), true);
  // @ts-expect-error a typed session takes only what its contract names
  sessions$ satisfies Observable<Session>;
}

function sockets(dom: WebSocket, node: NodeWebSocket): readonly SocketLike[] {
  connect({ url: 'wss://gw.example', protocol: commandNotify(), webSocketFactory: (url) => new WebSocket(url) });
  connect({ url: 'wss://gw.example', protocol: commandNotify(), webSocketFactory: (url) => new NodeWebSocket(url) });
  return [dom, node];
}

/** The members of a union that can be used as a Subject. */
type Subjects<T> = T extends Pick<Subject<never>, 'next'> ? T : never;
function noSubjects(use: <T extends never>(none?: T) => void): void {
  use<Subjects<Gateway | Gateway[keyof Gateway]>>();
  use<Subjects<Session | Session[keyof Session]>>();
  // @ts-expect-error this is one
  use<Subjects<Gateway | Subject<number>>>();
}

describe('the types of sessions', () => {
  it('P40: typed and untyped sessions, sockets and observables compile as they should, and no wrong use does', () => {
    // The type check of this file is the test; running it only shows that it is there.
    const checked = [typedSessions, typedStreams, untypedSessions, contracts, sockets, noSubjects];
    expect(checked.map(({ name }) => name)).to.have.length(6);
  });
});
