import { expect } from 'chai';
import { connect, createGateway, heartbeat, type HeartbeatConfig } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { answers } from '../support/answers.js';
import { cleanUp } from '../support/atTestEnd.js';
import { eventLog } from '../support/eventLog.js';
import { proxy } from '../support/proxy.js';
import { recorded } from '../support/recorded.js';
import { wsServer } from '../support/wsServer.js';

const protocol = commandNotify();
const fast = { initialDelay: 5, maxDelay: 10 };

describe('heartbeats on a real line', () => {
  afterEach(cleanUp);

  const modes = ['message', 'frame', 'idle'] as const;
  for (const mode of modes)
    it(`P25: with a proxy that stops forwarding, mode '${mode}' reconnects within interval and timeout`, async () => {
      const interval = 60;
      const timeout = 60;
      const server = await wsServer({ onBody: answers });
      const line = await proxy(server.port);
      const events = eventLog();
      const gateway = createGateway({
        ...{ url: line.url, protocol, retry: fast, events, closeTimeout: 60_000 },
        heartbeat: { mode, interval, timeout, random: () => 0 },
      });
      const sessions = recorded(gateway.session);
      const session = await sessions.value();
      if (mode === 'message') await (await server.connection(0)).body(({ type }) => type === 'ping');

      line.stall();
      const stalled = Date.now();
      const { end } = await events.event('ended');
      const took = Date.now() - stalled;
      await sessions.value(({ id }) => id === 2);

      expect(end).to.include({ by: 'us', wasClean: false });
      expect(end.error).to.include({ kind: 'heartbeatTimeout', timeout, retryable: true });
      expect(session.open).to.equal(false);
      // The bound is interval + timeout; the rest is what a busy machine may take.
      expect(took).to.be.within(timeout - 5, interval + timeout + 500);
      // Text pings are masked, so they are counted by their frames: at most one was under way, and no close frame was waited for.
      const opcodes = clientFrames(line.swallowed());
      expect(opcodes.length).to.be.at.most(1);
      expect(opcodes).to.not.include(8);
      expect(line.accepted).to.be.at.least(2);
      sessions.subscription.unsubscribe();
    });

  it('P25: a line that is alive stays up, and traffic makes pings unnecessary', async () => {
    const server = await wsServer({ onBody: answers });
    const events = eventLog();
    const sessions = recorded(
      connect({ url: server.url, protocol, events }).pipe(heartbeat({ interval: 20, timeout: 100, random: () => 0 })),
    );
    await sessions.value();

    const { rtt } = await events.event('heartbeat', 2);

    expect(rtt).to.be.within(0, 2_000);
    expect(sessions.ends).to.deep.equal([]);
    expect(sessions.values).to.have.length(1);
    const pings = (await server.connection(0)).bodies.filter(({ type }) => type === 'ping');
    expect(pings.length).to.be.within(3, 4);
    for (const { timestamp } of pings) expect(timestamp).to.be.a('number');
    sessions.subscription.unsubscribe();
  });

  it("P25: mode 'frame' measures round trips by pings of the WebSocket protocol", async () => {
    const server = await wsServer();
    const events = eventLog();
    const config: HeartbeatConfig = { mode: 'frame', interval: 20, timeout: 100, random: () => 0 };
    const sessions = recorded(connect({ url: server.url, protocol, events }).pipe(heartbeat(config)));

    await events.event('heartbeat', 1);

    expect((await server.connection(0)).bodies).to.deep.equal([]);
    expect(sessions.ends).to.deep.equal([]);
    sessions.subscription.unsubscribe();
  });

  it("mode 'peer' takes the server's pings as life, answers them, and drops a server that stops", async () => {
    const server = await wsServer({ onConnection: (connection) => connection.send({ type: 'ping', timestamp: 7 }) });
    const config: HeartbeatConfig = { mode: 'peer', interval: 30, timeout: 30, random: () => 0.5 };
    const sessions = recorded(connect({ url: server.url, protocol }).pipe(heartbeat(config)));
    const connection = await server.connection(0);

    expect(await connection.body(({ type }) => type === 'pong')).to.deep.equal({ type: 'pong', timestamp: 7 });
    expect(await sessions.end).to.include({ kind: 'heartbeatTimeout' });
    expect((await connection.closed).code).to.equal(1006);
    expect(connection.bodies).to.have.length(1);
  });
});

/** The opcodes of the client frames in what a proxy kept. All of them are short. */
function clientFrames(bytes: string): readonly number[] {
  const opcodes: number[] = [];
  for (let at = 0; at + 6 <= bytes.length; at += 6 + (bytes.charCodeAt(at + 1) & 0x7f)) opcodes.push(bytes.charCodeAt(at) & 0x0f);
  return opcodes;
}
