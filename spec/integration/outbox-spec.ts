import { expect } from 'chai';
import { createGateway, OutboxOverflowError } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { answers } from '../support/answers.js';
import { cleanUp } from '../support/atTestEnd.js';
import { eventLog } from '../support/eventLog.js';
import { recorded } from '../support/recorded.js';
import { drop } from '../support/refusals.js';
import { wsServer } from '../support/wsServer.js';

const fast = { initialDelay: 5, maxDelay: 10 };
const protocol = commandNotify();

describe('what waits for a session', () => {
  afterEach(cleanUp);

  it('P3: what was sent before the first connection survives three refused attempts, and arrives once, in order', async () => {
    const server = await wsServer({ onBody: answers, refuse: (index, stream) => index < 3 && drop(stream) });
    const gateway = createGateway({ url: server.url, protocol, heartbeat: false, retry: fast });
    const sends = [1, 2, 3].map((data) => recorded(gateway.send('order', data)));
    const echo = recorded(gateway.request('echo', 4));

    expect(await echo.value()).to.equal(4);

    expect(sends.map(({ ends }) => ends)).to.deep.equal([['complete'], ['complete'], ['complete']]);
    expect(server.upgrades).to.equal(4);
    expect((await server.connection(0)).bodies.map(({ command, data }) => [command, data])).to.deep.equal([
      ['order', 1],
      ['order', 2],
      ['order', 3],
      ['echo', 4],
    ]);
  });

  it('P3: what is sent during an outage survives refused attempts too; what was sent before it is not sent again', async () => {
    const server = await wsServer({ onBody: answers, refuse: (index, stream) => index > 0 && index < 4 && drop(stream) });
    const events = eventLog();
    const gateway = createGateway({ url: server.url, protocol, heartbeat: false, retry: fast, events });
    const sessions = recorded(gateway.session);
    expect(await recorded(gateway.request('echo', 0)).value()).to.equal(0);
    (await server.connection(0)).socket.terminate();
    await events.event('retrying');

    const sends = [1, 2, 3].map((data) => recorded(gateway.send('order', data)));
    await sessions.value(({ id }) => id === 5);
    await recorded(gateway.request('echo', 9)).end;

    expect(sends.map(({ ends }) => ends)).to.deep.equal([['complete'], ['complete'], ['complete']]);
    expect((await server.connection(1)).bodies.map(({ data }) => data)).to.deep.equal([1, 2, 3, 9]);
    sessions.subscription.unsubscribe();
  });

  it("P3: with whileDisconnected: 'fail' it fails at once, and nothing of it is sent later", async () => {
    const server = await wsServer({ onBody: answers, refuse: (index, stream) => index < 1 && drop(stream) });
    const gateway = createGateway({ url: server.url, protocol, heartbeat: false, retry: fast });
    const sessions = recorded(gateway.session);

    for (const stream of [
      gateway.send('order', 1, { whileDisconnected: 'fail' }),
      gateway.request('order', 2, { whileDisconnected: 'fail' }),
    ]) {
      const { ends } = recorded<unknown>(stream);
      expect(ends).to.have.length(1);
      expect(ends[0]).to.include({ kind: 'connectionLost' });
    }

    await sessions.value();
    expect(await recorded(gateway.request('echo', 3)).value()).to.equal(3);
    expect((await server.connection(0)).bodies.map(({ data }) => data)).to.deep.equal([3]);
    sessions.subscription.unsubscribe();
  });

  it('P4: the line holds 1,000 and the newcomer beyond fails with OutboxOverflowError; what waited arrives', async () => {
    const server = await wsServer({ onBody: answers, refuse: (index, stream) => index < 1 && drop(stream) });
    const gateway = createGateway({ url: server.url, protocol, heartbeat: false, retry: fast });
    const sends = Array.from({ length: 1_000 }, (_, data) => recorded(gateway.send('order', data)));
    const beyond = [recorded<unknown>(gateway.send('order', 1_000)), recorded<unknown>(gateway.request('order', 1_001))];

    for (const { ends } of beyond) {
      expect(ends).to.have.length(1);
      expect(ends[0]).to.be.instanceOf(OutboxOverflowError);
      expect(ends[0]).to.include({ kind: 'outboxOverflow', limit: 1_000, retryable: true });
    }
    await Promise.all(sends.map(({ end }) => end));
    const connection = await server.connection(0);
    await connection.body(({ data }) => data === 999);
    expect(connection.bodies.map(({ data }) => data)).to.deep.equal(Array.from({ length: 1_000 }, (_, data) => data));
  });

  it('P4: maxWaiting sets the bound, and a place that was left is free again', async () => {
    const gateway = createGateway({
      url: 'ws://127.0.0.1:1',
      protocol,
      heartbeat: false,
      retry: { initialDelay: 60_000, maxDelay: 60_000 },
      maxWaiting: 2,
    });
    const first = recorded(gateway.send('a'));
    recorded(gateway.send('b'));

    expect(recorded<unknown>(gateway.send('c')).ends[0]).to.include({ kind: 'outboxOverflow', limit: 2 });
    first.subscription.unsubscribe();
    expect(recorded<unknown>(gateway.send('d')).ends).to.deep.equal([]);
    await gateway.close();
  });

  it('P4: no ping waits in line: after an outage there is at most one on the wire', async () => {
    const outage = 12;
    const server = await wsServer({ onBody: answers, refuse: (index, stream) => index > 0 && index < outage && drop(stream) });
    const gateway = createGateway({
      ...{ url: server.url, protocol, retry: fast },
      heartbeat: { interval: 8, timeout: 2_000, random: () => 0 },
    });
    const sessions = recorded(gateway.session);
    const first = await server.connection(0);
    await first.body(({ type }) => type === 'ping');

    first.socket.terminate();
    await sessions.value(({ id }) => id === outage + 1);
    await recorded(gateway.request('echo', 1)).end;

    const { bodies } = await server.connection(1);
    const before = bodies.slice(
      0,
      bodies.findIndex(({ command }) => command === 'echo'),
    );
    expect(before.filter(({ type }) => type === 'ping').length).to.be.at.most(1);
    sessions.subscription.unsubscribe();
  });
});
