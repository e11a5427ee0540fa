import { expect } from 'chai';
import { filter, firstValueFrom, map } from 'rxjs';
import {
  connect,
  createCounters,
  type GatewayEvent,
  heartbeat,
  type HeartbeatConfig,
  notifications,
  request,
  retryBackoff,
  shareSession,
  topic,
} from 'rxgate';
import { jsonRpc, type Protocol } from 'rxgate/protocols';
import { devTools as documented } from '../../docs/snippets/jsonRpc.js';
import { cleanUp } from '../support/atTestEnd.js';
import { requireProgram } from '../support/debianProgram.js';
import { type DevTools, devTools } from '../support/devTools.js';
import { proxy } from '../support/proxy.js';
import { recorded } from '../support/recorded.js';
import { until } from '../support/until.js';

const gatewayAt = (url: string, beats: HeartbeatConfig = {}, protocol: Protocol = documented) => {
  const events: GatewayEvent[] = [];
  const counters = createCounters();
  const observer = { next: (event: GatewayEvent) => void events.push(event) };
  const session$ = connect({ url, protocol, events: observer, counters }).pipe(
    heartbeat({ random: () => 0.99, ...beats }),
    retryBackoff({ initialDelay: 10, maxDelay: 50, events: observer }),
    shareSession({ linger: 50, events: observer }),
  );
  recorded(session$);
  const ask = <T>(command: string, data?: object) => firstValueFrom(session$.pipe(request<T>(command, data)));
  return { session$, events, counters, ask };
};
type DevToolsGateway = ReturnType<typeof gatewayAt>;

interface Created {
  readonly targetInfo: { readonly targetId: string; readonly url: string };
}

/** A tab that the gateway is attached to: the names of its commands and events begin with what is returned. */
const tab = async ({ ask }: DevToolsGateway): Promise<string> => {
  const { targetId } = await ask<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await ask<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
  return sessionId;
};
const evaluate = async ({ ask }: DevToolsGateway, sessionId: string, expression: string): Promise<unknown> => {
  const { result } = await ask<{ result: { value: unknown } }>(`${sessionId}/Runtime.evaluate`, {
    expression,
    returnByValue: true,
  });
  return result.value;
};

describe('jsonRpc, against the DevTools protocol of Chromium', function () {
  this.timeout(60_000);
  let browser: DevTools;
  before(requireProgram('chromium', 'chromium'));
  before(async () => {
    browser = await devTools();
  });
  // A suite that was skipped has started none.
  after(() => (browser as DevTools | undefined)?.stop());
  afterEach(cleanUp);

  it('asks without a version, which the browser would refuse', async () => {
    expect(await gatewayAt(browser.url).ask('Browser.getVersion')).to.have.property('protocolVersion');
    const { session$ } = gatewayAt(browser.url, {}, jsonRpc());
    const refused = firstValueFrom(
      session$.pipe(
        filter(({ open }) => open),
        map(({ messages }) => messages),
      ),
    );
    const heard = recorded(await refused);
    recorded(session$.pipe(request('Browser.getVersion', {}, { timeout: 500 })));
    const { body } = (await heard.value(({ kind }) => kind === 'other')) as { body: { error: { code: number } } };
    expect(body.error.code).to.equal(-32600);
  });

  it('shows what an error reply says', async () => {
    const { session$ } = gatewayAt(browser.url);
    const cases = [
      ['Nope.nothing', {}, -32601],
      ['Target.attachToTarget', { targetId: 'none' }, -32602],
      ['Target.createTarget', {}, -32602],
      ['NOSESSION/Page.enable', {}, -32001],
    ] as const;
    for (const [command, data, code] of cases) {
      const failed = await recorded(session$.pipe(request(command, data))).end;
      expect(failed).to.include({ kind: 'requestFailed', command, code });
      expect(failed).to.have.property('detail').that.is.a('string');
    }
  });

  it('hears the events of a request that come before its reply', async () => {
    const { session$, ask } = gatewayAt(browser.url);
    const created = recorded(session$.pipe(topic<Created>('Target.targetCreated')));
    await ask('Target.setDiscoverTargets', { discover: true });
    expect(created.values.some(({ targetInfo }) => targetInfo.url === 'about:blank')).to.equal(true);
    const { targetId } = await ask<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
    expect(created.values.map(({ targetInfo }) => targetInfo.targetId)).to.include(targetId);
    created.subscription.unsubscribe();
    const count = created.values.length;
    await ask('Target.createTarget', { url: 'about:blank' });
    expect(created.values).to.have.length(count);
  });

  it('tells the events of two tabs apart by their session', async () => {
    const gateway = gatewayAt(browser.url);
    const { session$, ask } = gateway;
    const [one, two] = [await tab(gateway), await tab(gateway)];
    const navigated = (sessionId: string) =>
      recorded(session$.pipe(topic<{ frame: { url: string } }>('{sessionId}/Page.frameNavigated', { sessionId })));
    const [first, second] = [navigated(one), navigated(two)];
    const all = recorded(session$.pipe(notifications()));
    await ask(`${one}/Page.enable`);
    await ask(`${two}/Page.enable`);
    const page = (name: string) => `data:text/html,<title>${name}</title>`;
    await ask(`${one}/Page.navigate`, { url: page('one') });
    await ask(`${two}/Page.navigate`, { url: page('two') });
    expect((await first.value()).frame.url).to.equal(page('one'));
    expect((await second.value()).frame.url).to.equal(page('two'));
    expect([first.values.length, second.values.length]).to.deep.equal([1, 1]);
    expect(all.values.map(({ topic: name }) => name)).to.include.members([
      `${one}/Page.frameNavigated`,
      `${two}/Page.frameNavigated`,
    ]);
  });

  it('carries text of all kinds, and a megabyte of it, in both directions', async () => {
    const gateway = gatewayAt(browser.url);
    const sessionId = await tab(gateway);
    const text = 'Grüße ☕ 😀 \u2028 "\\';
    expect(await evaluate(gateway, sessionId, `${JSON.stringify(text)} + "!"`)).to.equal(`${text}!`);
    const large = 'ü'.repeat(500_000);
    expect(await evaluate(gateway, sessionId, `${JSON.stringify(large)} + "!"`)).to.equal(`${large}!`);
  });

  it('answers each of many requests at once with its own result', async () => {
    const gateway = gatewayAt(browser.url);
    const sessionId = await tab(gateway);
    const numbers = Array.from({ length: 50 }, (_, index) => index);
    expect(await Promise.all(numbers.map((number) => evaluate(gateway, sessionId, `${number} * 2`)))).to.deep.equal(
      numbers.map((number) => number * 2),
    );
  });

  it('gives a late reply to nobody: the request that timed out is over', async () => {
    const gateway = gatewayAt(browser.url);
    const sessionId = await tab(gateway);
    const { session$, counters } = gateway;
    const expression = 'new Promise((resolve) => (globalThis.answer = resolve))';
    const late = session$.pipe(request(`${sessionId}/Runtime.evaluate`, { expression, awaitPromise: true }, { timeout: 50 }));
    expect(await recorded(late).end).to.include({ kind: 'requestTimeout' });
    expect(await evaluate(gateway, sessionId, '"next"')).to.equal('next');
    expect(counters.drops.unmatchedReply).to.equal(0);
    await evaluate(gateway, sessionId, 'answer("late")');
    await until(() => counters.drops.unmatchedReply === 1);
  });

  it('goes on with its topics after a cut, and attaches anew', async () => {
    const line = await proxy(browser.port);
    const gateway = gatewayAt(line.url + new URL(browser.url).pathname);
    const { session$, ask } = gateway;
    const destroyed = recorded(session$.pipe(topic<{ targetId: string }>('Target.targetDestroyed')));
    const sessionId = await tab(gateway);
    const forever = { expression: 'new Promise(() => undefined)', awaitPromise: true };
    const lost = recorded(session$.pipe(request(`${sessionId}/Runtime.evaluate`, forever)));
    await evaluate(gateway, sessionId, '1');
    line.cut();
    expect(await lost.end).to.include({ kind: 'connectionLost' });
    // What the browser knew of the connection went with it.
    const gone = await recorded(session$.pipe(request(`${sessionId}/Runtime.evaluate`, { expression: '1' }))).end;
    expect(gone).to.include({ kind: 'requestFailed', code: -32001 });
    const { targetId } = await ask<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
    await ask('Target.setDiscoverTargets', { discover: true });
    await ask('Target.closeTarget', { targetId });
    expect(await destroyed.value()).to.deep.equal({ targetId });
    expect(line.accepted).to.equal(2);
  });

  it('beats by a message that the browser knows nothing of, and by frames', async () => {
    for (const mode of ['message', 'frame'] as const) {
      const { events, counters } = gatewayAt(browser.url, { mode, interval: 20, timeout: 300 });
      await until(() => events.some(({ type }) => type === 'heartbeat'));
      expect(counters.drops).to.include({ unmatchedReply: 0, unhandled: 0 });
    }
  });

  it('drops a line that carries nothing any more, and comes back by another', async () => {
    const line = await proxy(browser.port);
    const { events, ask } = gatewayAt(line.url + new URL(browser.url).pathname, { interval: 20, timeout: 400 });
    await ask('Browser.getVersion');
    line.stall();
    expect(await ask('Browser.getVersion').catch((error: unknown) => error)).to.include({ kind: 'connectionLost' });
    expect(await ask('Browser.getVersion')).to.have.property('product');
    const ended = events.flatMap((event) => (event.type === 'ended' ? [event.end.error?.kind] : []));
    expect(ended[0]).to.equal('heartbeatTimeout');
  });

  it('fails for good when there is no such endpoint', async () => {
    const nowhere = recorded(
      connect({ url: `ws://127.0.0.1:${browser.port}/devtools/browser/nope`, protocol: jsonRpc({ jsonrpc: false }) }),
    );
    expect(await nowhere.end).to.include({ kind: 'handshakeRejected', status: 404, retryable: false });
  });

  it('ends with the browser, and says so', async () => {
    const other = await devTools();
    const { session$, events, ask } = gatewayAt(other.url);
    const seen = recorded(session$);
    await ask('Browser.getVersion');
    await ask('Browser.close').catch(() => undefined);
    await until(() => events.some(({ type }) => type === 'ended'));
    seen.subscription.unsubscribe();
    await other.stop();
    const [end] = events.flatMap((event) => (event.type === 'ended' ? [event.end] : []));
    expect(end).to.include({ by: 'them' });
    expect(end?.error).to.include({ kind: 'connectionLost', retryable: true });
  });
});
