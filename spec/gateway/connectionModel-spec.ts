import { expect } from 'chai';
import fc from 'fast-check';
import { type Subscription, take } from 'rxjs';
import { type ConnectionState, connectionTransitions, createGateway, type Gateway, HeartbeatTimeoutError } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import sinon from 'sinon';
import { type FakeSocket, fakeSocket } from '../support/fakeSocket.js';

const seed = 1_967;
const walks = 2_100;

/** The client, the sockets it opened, and what it said of itself. */
interface Real {
  readonly clock: sinon.SinonFakeTimers;
  readonly gateway: Gateway;
  readonly sockets: FakeSocket[];
  readonly states: ConnectionState[];
  readonly subscriptions: Subscription[];
  /** How many of the states were looked at. */
  checked: number;
  providerFails: boolean;
  factoryThrows: boolean;
}

/** What must hold whatever the client does: who wants it, and whether it was closed for good. */
interface Model {
  closed: boolean;
  socketsWhenClosed: number;
}

const socketsIn = (real: Real, ...readyStates: number[]): FakeSocket[] =>
  real.sockets.filter(({ readyState }) => readyStates.includes(readyState));

const newest = (real: Real, readyState: number): FakeSocket | undefined => socketsIn(real, readyState).at(-1);

const lastRequest = (socket: FakeSocket | undefined): { readonly id?: string } | undefined =>
  socket?.sent.findLast((frame) => (frame as { command?: string }).command === 'LOGIN') as { id?: string } | undefined;

/** After every step: only published transitions, and never two sockets in use. */
const check = (real: Real): void => {
  for (; real.checked < real.states.length; real.checked++) {
    const [from, to] = real.states.slice(real.checked - 1, real.checked + 1).map(({ status }) => status);
    if (from && to && !connectionTransitions[from].includes(to))
      throw new Error(`not in the table: ${real.states.map(({ status }) => status).join(' → ')}`);
  }
  const inUse = socketsIn(real, 0, 1).length;
  if (inUse > 1) throw new Error(`${inUse} sockets are in use`);
};

const step = (name: string, run: (real: Real, model: Model) => void): fc.Command<Model, Real> => ({
  check: () => true,
  run: (model, real) => {
    run(real, model);
    check(real);
    if (model.closed && real.sockets.length > model.socketsWhenClosed) throw new Error('a socket was opened after close()');
  },
  toString: () => name,
});

const ignoreErrors = { error: () => undefined };

const steps = [
  fc.constant(step('subscribe', (real) => real.subscriptions.push(real.gateway.session.subscribe(ignoreErrors)))),
  fc.constant(
    step('subscribe once', (real) => real.subscriptions.push(real.gateway.session.pipe(take(1)).subscribe(ignoreErrors))),
  ),
  fc.constant(step('topic', (real) => real.subscriptions.push(real.gateway.topic('a').subscribe(ignoreErrors)))),
  fc.constant(step('request', (real) => real.subscriptions.push(real.gateway.request('x').subscribe(ignoreErrors)))),
  fc.nat(5).map((at) =>
    step(`unsubscribe ${at}`, (real) => {
      real.subscriptions.splice(at, 1)[0]?.unsubscribe();
    }),
  ),
  fc.constant(
    step('unsubscribe all', (real) => {
      for (const subscription of real.subscriptions.splice(0)) subscription.unsubscribe();
    }),
  ),
  fc.constant(
    step('the socket opens', (real) => {
      newest(real, 0)?.open();
    }),
  ),
  fc.constant(
    step('the login is accepted', (real) => {
      const socket = newest(real, 1);
      socket?.message({ type: 'RESPONSE', id: lastRequest(socket)?.id ?? '1', data: 'welcome' });
    }),
  ),
  fc.constant(
    step('the login is refused', (real) => {
      const socket = newest(real, 1);
      socket?.message({ type: 'ERROR', id: lastRequest(socket)?.id ?? '1', code: 'BAD_TOKEN' });
    }),
  ),
  fc.constantFrom(1000, 1001, 1006, 1008, 1012, 1013, 4000, 4401, 4403).map((code) =>
    step(`the server closes with ${code}`, (real) => {
      newest(real, 1)?.end({ code, reason: '', wasClean: code !== 1006 });
    }),
  ),
  fc.constant(
    step('the attempt is refused', (real) => {
      const socket = newest(real, 0);
      socket?.onerror?.({ type: 'error' } as never);
      socket?.end({ code: 1006, reason: '', wasClean: false });
    }),
  ),
  fc.constant(
    step('close handshakes end', (real) => {
      for (const socket of socketsIn(real, 2)) socket.end({ code: 1000, reason: '', wasClean: true });
    }),
  ),
  fc.boolean().map((fails) =>
    step(`the provider ${fails ? 'fails' : 'works'}`, (real) => {
      real.providerFails = fails;
    }),
  ),
  fc.boolean().map((throws) =>
    step(`the factory ${throws ? 'throws' : 'works'}`, (real) => {
      real.factoryThrows = throws;
    }),
  ),
  fc.constantFrom(0, 1, 50, 500, 3_000, 12_000).map((ms) =>
    step(`${ms} ms pass`, (real) => {
      real.clock.tick(ms);
    }),
  ),
  fc.constant(
    step('reconnect()', (real) => {
      real.gateway.reconnect();
    }),
  ),
  fc.constantFrom('close' as const, 'terminate' as const).map((how) =>
    step(`session.${how}()`, (real) => {
      real.gateway.session
        .pipe(take(1))
        .subscribe({
          next: (session) => {
            if (how === 'close') session.close();
            else session.terminate(new HeartbeatTimeoutError(1));
          },
          ...ignoreErrors,
        })
        .unsubscribe();
    }),
  ),
  fc.constant(
    step('drain', (real, model) => {
      void real.gateway.close({ deadline: 100 });
      if (!model.closed) model.socketsWhenClosed = real.sockets.length;
      model.closed = true;
    }),
  ),
];

interface Scene {
  readonly retry: { readonly maxAttempts?: number } | false;
  readonly linger: number;
  readonly refresh: boolean;
}

const setUp = (clock: sinon.SinonFakeTimers, { retry, linger, refresh }: Scene): { model: Model; real: Real } => {
  clock.reset();
  const sockets: FakeSocket[] = [];
  const states: ConnectionState[] = [];
  const gateway = createGateway({
    url: () => {
      if (real.providerFails) throw new Error('no url');
      return 'ws://gateway.test/';
    },
    protocol: commandNotify(),
    webSocketFactory: (url) => {
      if (real.factoryThrows) throw new Error('no socket');
      const socket = fakeSocket(url);
      sockets.push(socket);
      return socket;
    },
    authenticate: { handshake: (session) => session.request('LOGIN'), ...(refresh && { refresh: () => [] }) },
    heartbeat: { interval: 2_000, timeout: 400, random: () => 0.5 },
    retry: retry && { ...retry, random: () => 0.5 },
    linger,
  });
  const real: Real = {
    clock,
    gateway,
    sockets,
    states,
    subscriptions: [],
    checked: 1,
    providerFails: false,
    factoryThrows: false,
  };
  gateway.states.subscribe((state) => states.push(state));
  return { model: { closed: false, socketsWhenClosed: 0 }, real };
};

/** Lets a client that somebody wants come to rest against a gateway that works. */
const settle = (real: Real): ConnectionState['status'] | undefined => {
  real.providerFails = false;
  real.factoryThrows = false;
  let subscription: Subscription | undefined;
  for (let round = 0; round < 200; round++) {
    if (!subscription || subscription.closed) subscription = real.gateway.session.subscribe(ignoreErrors);
    for (const socket of socketsIn(real, 2)) socket.end({ code: 1000, reason: '', wasClean: true });
    newest(real, 0)?.open();
    const socket = newest(real, 1);
    const login = lastRequest(socket);
    if (login) socket?.message({ type: 'RESPONSE', id: login.id, data: 'welcome' });
    check(real);
    const status = real.states.at(-1)?.status;
    if (status === (real.gateway.closed ? 'closed' : 'authenticated')) return status;
    real.clock.tick(1_000);
  }
  return real.states.at(-1)?.status;
};

describe('the states of a whole client', () => {
  let clock: sinon.SinonFakeTimers;
  beforeEach(() => {
    clock = sinon.useFakeTimers({
      shouldClearNativeTimers: true,
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
    });
  });
  afterEach(() => {
    clock.restore();
  });

  const scenes: readonly (Scene & { readonly title: string })[] = [
    { title: 'by default', retry: {}, linger: 0, refresh: false },
    { title: 'with few attempts, linger and a refresh', retry: { maxAttempts: 3 }, linger: 300, refresh: true },
    { title: 'without a retry', retry: false, linger: 0, refresh: false },
  ];
  for (const { title, ...scene } of scenes)
    it(`${walks / 3} random walks (seed ${seed}) see only transitions of the published table, and end well: ${title}`, () => {
      const seen = new Set<string>();
      fc.assert(
        fc.property(fc.commands(steps, { maxCommands: 40, size: '+1' }), (commands) => {
          const { model, real } = setUp(clock, scene);
          fc.modelRun(() => ({ model, real }), commands);
          const status = settle(real);
          if (status !== (model.closed ? 'closed' : 'authenticated')) throw new Error(`it ended ${String(status)}`);
          for (let index = 1; index < real.states.length; index++)
            seen.add(`${real.states[index - 1]?.status ?? ''} → ${real.states[index]?.status ?? ''}`);
          for (const subscription of real.subscriptions) subscription.unsubscribe();
        }),
        { seed, numRuns: walks / 3 },
      );
      // The walks went everywhere.
      const always = [
        'disconnected → connecting',
        'connected → authenticated',
        'authenticated → disconnected',
        'closing → closed',
      ];
      const final = ['connecting → closed', 'closed → connecting', 'authenticated → closed', 'authenticated → closing'];
      const waits = [
        'authenticated → reconnecting',
        'connecting → reconnecting',
        'reconnecting → disconnected',
        'reconnecting → closing',
      ];
      expect([...seen]).to.include.members([...always, ...(scene.retry === false ? final : waits)]);
    }).timeout(20_000);
});
