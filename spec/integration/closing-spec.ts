import { expect } from 'chai';
import { connect, drain, GatewayClosedError, shareSession } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import sinon from 'sinon';
import { cleanUp } from '../support/atTestEnd.js';
import { startChild } from '../support/childProcess.js';
import {
  closingClient,
  type ClosingScene,
  closingScene,
  type ClosingState,
  closingStates,
  type ClosingWay,
  closingWays,
  holdings,
  statusIn,
} from '../support/closingScene.js';
import { acceptUpgrade } from '../support/handshake.js';
import { recorded } from '../support/recorded.js';
import { tcpServer } from '../support/tcpServer.js';
import { until } from '../support/until.js';

const farewells: Readonly<Record<ClosingState, number | 'cut' | 'nothing'>> = {
  ...{ disconnected: 'nothing', provider: 'nothing', waiting: 'nothing' },
  ...{ connecting: 'cut', handshake: 1000, authenticated: 1000 },
};

describe('closing in every state', () => {
  let clock: sinon.SinonFakeTimers;

  beforeEach(() => {
    // What RxJS and ws wait for. Sockets are real.
    clock = sinon.useFakeTimers({
      shouldClearNativeTimers: true,
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
    });
  });
  afterEach(async () => {
    clock.restore();
    await cleanUp();
  });

  /** A client in that state, with everything subscribed that an application may hold. */
  const reach = async (state: ClosingState) => {
    const scene = await closingScene(state);
    const gateway = closingClient(state, scene.url, { closeTimeout: 2_000 });
    const states = recorded(gateway.states);
    const held = state === 'disconnected' ? undefined : holdings(gateway);
    await scene.reached;
    await states.value(({ status }) => status === statusIn[state]);
    return { scene, gateway, states, held };
  };

  const close = async (way: ClosingWay, { gateway, held }: Awaited<ReturnType<typeof reach>>) => {
    if (way === 'unsubscribing') for (const { subscription } of Object.values(held ?? {})) subscription.unsubscribe();
    else {
      const closed = gateway.close({ deadline: 1_000 });
      await clock.tickAsync(1_000);
      return closed;
    }
    return undefined;
  };

  /** Lets a day of timers go by, then shows by a later connection that none is on its way. */
  const expectNoFurtherSocket = async ({ url, attempts }: ClosingScene) => {
    const before = attempts();
    await clock.tickAsync(24 * 3_600_000);
    clock.restore();
    const later = recorded(connect({ url: `${url}later`, protocol: commandNotify(), connectTimeout: 5_000 }));
    await until(() => attempts() > before);
    later.subscription.unsubscribe();
    expect(attempts()).to.equal(before + 1);
  };
  for (const state of closingStates)
    for (const way of closingWays)
      it(`by ${way} while ${state}: the server sees ${farewells[state]}, streams end once, and no further socket is opened`, async () => {
        const reached = await reach(state);
        const { scene, gateway, states, held } = reached;
        const attempts = scene.attempts();

        const report = await close(way, reached);

        expect(await scene.farewell()).to.equal(farewells[state]);
        expect(scene.attempts()).to.equal(attempts);
        expect(attempts).to.equal(['disconnected', 'provider'].includes(state) ? 0 : 1);
        if (way === 'drain') {
          const inFlight = state === 'authenticated' ? 1 : 0;
          const unsent = held ? 1 - inFlight : 0;
          expect(report).to.deep.equal({ unsent, unanswered: inFlight, undelivered: 0, forced: false });
          expect(states.values.at(-1)).to.deep.equal({ status: 'closed' });
          if (held) {
            expect(await held.request.end).to.be.instanceOf(GatewayClosedError);
            expect([await held.session.end, await held.topic.end]).to.deep.equal(['complete', 'complete']);
          }
          for (const stream of Object.values(held ?? {})) expect(stream.ends).to.have.length(1);
          // And it stays closed.
          expect(await recorded(gateway.session).end).to.equal('complete');
          expect(await recorded(gateway.topic('bars')).end).to.equal('complete');
          expect(await recorded(gateway.request('echo')).end).to.be.instanceOf(GatewayClosedError);
        } else {
          for (const stream of Object.values(held ?? {})) expect(stream.ends).to.deep.equal([]);
          expect(states.values.at(-1)).to.deep.equal({ status: 'disconnected' });
        }
        // No timer is left once the client has seen its socket end.
        await until(() => clock.countTimers() === 0);
        await expectNoFurtherSocket(scene);
      });

  for (const state of ['connecting', 'authenticated', 'waiting'] as const)
    it(`P2: close() while ${state} is final: the stream completes once and no connection follows`, async () => {
      const { scene, gateway, held } = await reach(state);

      const closed = gateway.close({ deadline: 10 });
      await clock.tickAsync(10);
      await closed;

      expect(held?.session.ends).to.deep.equal(['complete']);
      await expectNoFurtherSocket(scene);
      expect(held?.session.ends).to.deep.equal(['complete']);
    });

  it('a server that never answers the close frame holds a drain no longer than closeTimeout', async () => {
    const server = await tcpServer(({ socket }, request) => void socket.write(acceptUpgrade(request)), { holdsTheLine: true });
    const session$ = connect({ url: server.url, protocol: commandNotify(), closeTimeout: 2_000 }).pipe(shareSession());
    const sessions = recorded(session$);
    const session = await sessions.value();
    const report = recorded(drain(session$, { deadline: 0 }));
    await clock.tickAsync(1_999);
    expect([session.open, report.values, sessions.ends]).to.deep.equal([false, [], []]);

    await clock.tickAsync(2);

    expect(await report.value()).to.deep.include({ unanswered: 0, forced: true });
    expect(sessions.ends).to.deep.equal(['complete']);
    await (await server.connection(0)).closed;
  });

  it('a server that never answers the close frame is cut off after closeTimeout when the last subscriber left', async () => {
    const server = await tcpServer(({ socket }, request) => void socket.write(acceptUpgrade(request)), { holdsTheLine: true });
    const sessions = recorded(connect({ url: server.url, protocol: commandNotify(), closeTimeout: 2_000 }));
    await sessions.value();

    sessions.subscription.unsubscribe();
    await clock.tickAsync(2_001);

    await (await server.connection(0)).closed;
    expect(sessions.ends).to.deep.equal([]);
    await until(() => clock.countTimers() === 0);
  });

  describe('in a process of its own', () => {
    beforeEach(() => clock.restore());

    for (const state of closingStates)
      for (const way of closingWays)
        it(`by ${way} while ${state}: the process exits by itself`, async () => {
          const scene = await closingScene(state);
          const child = startChild('closing.ts', state, way, scene.url);
          await scene.reached;

          child.send('close');

          const { code, signal, output, errors } = await child.result;
          expect({ code, signal, errors }).to.deep.equal({ code: 0, signal: null, errors: '' });
          const nothing = { session: [], topic: [], request: [] };
          const ended = { session: ['complete'], topic: ['complete'], request: ['gatewayClosed'] };
          expect(output).to.deep.equal([
            { status: statusIn[state], ends: state === 'disconnected' ? {} : way === 'drain' ? ended : nothing },
          ]);
          expect(await scene.farewell()).to.equal(farewells[state]);
        });
  });
});
