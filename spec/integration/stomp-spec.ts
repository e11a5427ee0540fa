import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstValueFrom, of, Subject, throwError } from 'rxjs';
import {
  connect,
  type ConnectConfig,
  type GatewayError,
  heartbeat,
  request,
  retryBackoff,
  send,
  shareSession,
  topic,
  type Untyped,
} from 'rxgate';
import { stomp, type StompMessage, type StompOptions } from 'rxgate/protocols';
import { WebSocket } from 'ws';
import { desk, working } from '../../docs/snippets/stomp.js';
import { commands } from '../../lib/cli/commands/index.js';
import { runCli } from '../../lib/cli/runCli.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { requireProgram } from '../support/debianProgram.js';
import { eventLog } from '../support/eventLog.js';
import { fakeTerminal } from '../support/fakeTerminal.js';
import { proxy } from '../support/proxy.js';
import { type RabbitMq, startRabbitMq } from '../support/rabbitmq.js';
import { recorded } from '../support/recorded.js';
import { until } from '../support/until.js';

const credentials = { login: 'guest', passcode: 'guest' };

describe('stomp, against RabbitMQ', function () {
  this.timeout(30_000);
  let broker: RabbitMq;
  let count = 0;
  /** A name that no other test has used. */
  const fresh = (kind = 'topic') => `/${kind}/spec-${++count}`;

  before(requireProgram('rabbitmq-server', 'rabbitmq-server'));
  before(async function () {
    this.timeout(120_000);
    broker = await startRabbitMq();
  });
  after(async function () {
    this.timeout(30_000);
    await (broker as RabbitMq | undefined)?.stop();
  });
  afterEach(cleanUp);

  const connectTo = (options: StompOptions = {}, config: Partial<ConnectConfig<Untyped>> = {}) =>
    connect({ url: `ws://127.0.0.1:${broker.port}/ws`, protocol: stomp(options), credentials, ...config });
  const gatewayAt = (options?: StompOptions, config?: Partial<ConnectConfig<Untyped>>) =>
    connectTo(options, config).pipe(heartbeat(), retryBackoff({ initialDelay: 5, maxDelay: 10 }), shareSession({ linger: 50 }));

  /** Answers the requests on a queue, with another connection: a body `fail` with an error reply, and what else with itself. */
  const answering = (queue: string) => {
    const worker$ = gatewayAt({ envelope: true });
    const jobs = worker$.pipe(topic<StompMessage>(queue)).subscribe(({ headers, body }) => {
      const { 'reply-to': to = '', 'correlation-id': id = '' } = headers;
      const error = body === 'fail' && { error: 'BROKEN' };
      worker$.pipe(send(to, { headers: { 'correlation-id': id, ...error }, body })).subscribe();
    });
    atTestEnd(() => jobs.unsubscribe());
  };
  const receipt = (gateway: ReturnType<typeof gatewayAt>, destination: string, data?: unknown) =>
    firstValueFrom(gateway.pipe(request(`SEND ${destination}`, data)));

  it('greets, and says what the broker answered', async () => {
    const { opened } = await firstValueFrom(connectTo());
    expect(opened).to.deep.include({ subprotocol: 'v12.stomp', url: `ws://127.0.0.1:${broker.port}/ws` });
    expect(opened.greeting).to.include({ version: '1.2', 'heart-beat': '10000,10000' });
    expect((opened.greeting as { readonly server: string }).server).to.match(/^RabbitMQ\/3/);
  });

  it('says that the broker lets nobody in with a wrong passcode or host, for good and without a word of the credentials', async () => {
    for (const wrong of [{ passcode: 'hush-hush' }, { login: 'hush-hush' }, { host: 'hush-hush' }]) {
      const stream = connectTo({}, { credentials: { ...credentials, ...wrong } }).pipe(retryBackoff());
      const error = (await recorded(stream).end) as GatewayError;
      expect(error).to.include({ kind: 'authentication', retryable: false });
      expect((error.cause as { readonly body: string }).body).to.match(/^(Access refused|Virtual host)/);
      expect(`${error.message} ${JSON.stringify(error)}`).to.not.include('hush');
    }
  });

  it('carries values of every kind to a topic and back', async () => {
    const gateway = gatewayAt();
    const values = [
      { text: 'h\u00e4ll\u00f6 \u{1f600}', deep: [1, { two: null }] },
      'plain: text\nof two\0lines',
      'x'.repeat(300_000),
      '',
      null,
      0,
      Uint8Array.of(1, 0, 2, 0, 10, 10, 0),
      undefined,
    ];
    const name = fresh();
    const heard = recorded(gateway.pipe(topic(name)));
    for (const value of values) await receipt(gateway, name, value);
    await until(() => heard.values.length === values.length);
    expect(heard.values.map((value) => (value instanceof Uint8Array ? [...value] : value))).to.deep.equal(
      values.map((value) => (value instanceof Uint8Array ? [...value] : value)),
    );
  });

  it('carries headers with every letter that needs an escape', async () => {
    const gateway = gatewayAt({ envelope: true });
    const name = fresh();
    const heard = recorded(gateway.pipe(topic<StompMessage>(name)));
    const headers = { 'x:\\y': 'a:b\nc\rd\\e\\n', '\u00fc': '\u{1f600} ' };
    await receipt(gateway, name, { headers, body: { a: 1 } });
    const { headers: got, body } = await heard.value();
    expect(got).to.include({ ...headers, destination: name, 'content-type': 'application/json' });
    expect(body).to.deep.equal({ a: 1 });
  });

  it('keeps topics with the same name and other params apart, and gives each message once', async () => {
    const gateway = gatewayAt();
    const name = fresh();
    const one = recorded(gateway.pipe(topic(name)));
    const other = recorded(gateway.pipe(topic(name, { 'prefetch-count': 5 })));
    await receipt(gateway, name, 1);
    await receipt(gateway, name, 2);
    await until(() => one.values.length + other.values.length === 4);
    expect([one.values, other.values]).to.deep.equal([
      [1, 2],
      [1, 2],
    ]);
  });

  it('asks and is answered, many at a time, with an error reply where there is one', async () => {
    const queue = fresh('queue');
    answering(queue);
    const gateway = gatewayAt();
    const replies = [1, 'two', { three: [3] }].map((value) => firstValueFrom(gateway.pipe(request(queue, value))));
    expect(await Promise.all(replies)).to.deep.equal([1, 'two', { three: [3] }]);
    const failed = recorded(gateway.pipe(request(queue, 'fail')));
    expect(await failed.end).to.include({ kind: 'requestFailed', code: 'BROKEN', data: 'fail' });
  });

  it('takes replies from a queue that it subscribes to, where the broker makes none by itself', async () => {
    const [queue, replyTo] = [fresh('queue'), fresh('queue')];
    answering(queue);
    const line = await proxy(broker.port);
    const events = eventLog();
    const gateway = gatewayAt({ replyTo }, { url: `${line.url}/ws`, events });
    const rest = recorded(gateway.pipe(topic(replyTo, { id: replyTo })));
    const ask = (value: unknown) => firstValueFrom(gateway.pipe(request(queue, value, { timeout: 5_000 })));
    expect(await Promise.all([ask('one'), ask({ two: 2 })])).to.deep.equal(['one', { two: 2 }]);
    line.cut();
    await events.event('subscribed', 1);
    expect(await ask('three')).to.equal('three');
    expect([rest.values, rest.ends]).to.deep.equal([[], []]);
  });

  it('gives a receipt that the broker has a message, and fails where it refuses it', async () => {
    const gateway = gatewayAt();
    const queue = fresh('queue');
    expect(await recorded(gateway.pipe(request(`SEND ${queue}`, 'kept'))).end).to.equal('complete');
    expect(await recorded(gateway.pipe(topic(queue))).value()).to.equal('kept');
    const refused = recorded(gateway.pipe(request('SEND /nowhere/at/all', 1)));
    expect(await refused.end).to.include({ kind: 'requestFailed', code: 'Unknown destination' });
    const asked = recorded(gateway.pipe(request('/nowhere/at/all', 1)));
    expect(await asked.end).to.include({ kind: 'requestFailed', code: 'Unknown destination' });
  });

  it('refuses the topic at fault and no other, though the broker does not say which it means', async () => {
    const events = eventLog();
    const gateway = gatewayAt({}, { events });
    const names = [fresh(), '/nowhere/1', fresh(), '/nowhere/2', fresh()];
    const topics = names.map((name) => recorded(gateway.pipe(topic(name))));
    for (const at of [1, 3])
      expect(await topics[at]?.end).to.include({ kind: 'subscriptionRejected', code: 'Unknown destination', topic: names[at] });
    for (const at of [0, 2, 4]) {
      await receipt(gateway, names[at] ?? '', at);
      expect(await topics[at]?.value()).to.equal(at);
    }
    expect(events.of('ended')).to.deep.equal([]);
  });

  it('ends the session for an ERROR that may be about anything, says what it said, and goes on with the next', async () => {
    const events = eventLog();
    const gateway = gatewayAt({}, { events });
    const first = recorded(gateway.pipe(topic(fresh())));
    await events.event('subscribed');
    gateway.pipe(send('/nowhere/3')).subscribe();
    const second = recorded(gateway.pipe(topic(fresh())));
    const { end } = await events.event('ended');
    expect(end).to.include({ reason: 'Unknown destination', by: 'them' });
    expect(end.error).to.include({ kind: 'connectionLost', retryable: true });
    // Both are subscribed on the next session, one of them perhaps on the first as well.
    await until(() => events.of('subscribed').filter(({ session }) => session === 2).length === 2);
    expect([...first.ends, ...second.ends]).to.deep.equal([]);
    // Sends that nobody answers are taken out of doubt by the confirmations that come after them.
    const queue = fresh('queue');
    gateway.pipe(send(queue)).subscribe();
    const third = recorded(gateway.pipe(topic(queue)));
    await third.value();
    const bad = recorded(gateway.pipe(topic('/nowhere/4')));
    expect(await bad.end).to.include({ kind: 'subscriptionRejected', code: 'Unknown destination' });
    expect(events.of('ended')).to.have.length(1);
  });

  it('loses the session where the broker only hangs up, and goes on with the next', async () => {
    const events = eventLog();
    const gateway = gatewayAt({}, { events });
    const name = fresh();
    const heard = recorded(gateway.pipe(topic(name)));
    await events.event('subscribed');
    gateway.pipe(send('/exchange/missing/key')).subscribe();
    const { end } = await events.event('ended');
    expect(end).to.deep.include({ code: 1000, reason: 'STOMP died', by: 'them' });
    expect(end.error).to.include({ kind: 'connectionLost', retryable: true });
    await events.event('subscribed', 1);
    await receipt(gateway, name, 'again');
    expect(await heard.value()).to.equal('again');
  });

  it('unsubscribes: what comes to a queue is for others then', async () => {
    const gateway = gatewayAt();
    const queue = fresh('queue');
    const first = recorded(gateway.pipe(topic(queue)));
    await receipt(gateway, queue, 1);
    await first.value();
    first.subscription.unsubscribe();
    await receipt(gateway, queue, 2);
    expect(await recorded(gateway.pipe(topic(queue))).value()).to.equal(2);
    expect(first.values).to.deep.equal([1]);
  });

  it('acknowledges messages one by one: what was not, or was refused, comes again', async () => {
    const queue = fresh('queue');
    const params = { ack: 'client-individual' };
    const gateway = gatewayAt({ envelope: true });
    const jobs = recorded(gateway.pipe(topic<StompMessage>(queue, params)));
    for (const body of ['one', 'two', 'three']) await receipt(gateway, queue, { body });
    await until(() => jobs.values.length === 3);
    const [one, two] = jobs.values.map(({ headers }) => ({ id: headers.ack }));
    await firstValueFrom(gateway.pipe(request('ACK', one)));
    await firstValueFrom(gateway.pipe(request('NACK', two)));
    await until(() => jobs.values.length === 4);
    expect(jobs.values[3]).to.deep.include({ body: 'two' });
    expect(jobs.values[3]?.headers).to.include({ redelivered: 'true' });
    gateway.pipe(send('ACK', { id: jobs.values[3]?.headers.ack })).subscribe();
    await receipt(gateway, queue, { body: 'four' });
    await until(() => jobs.values.length === 5);
    jobs.subscription.unsubscribe();

    const rest = recorded(gatewayAt({ envelope: true }).pipe(topic<StompMessage>(queue, params)));
    await until(() => rest.values.length === 2);
    expect(rest.values.map(({ body }) => body)).to.deep.equal(['three', 'four']);
    const wrong = recorded(gateway.pipe(request('ACK', { id: 'no such message' })));
    expect(await wrong.end).to.include({ kind: 'requestFailed', code: 'Invalid header' });
  });

  it('works as the guide shows: a desk, and a worker that acknowledges', async () => {
    const url = `ws://127.0.0.1:${broker.port}/ws`;
    const { bars, price, place } = desk(url, credentials);
    const worker$ = gatewayAt({ envelope: true });
    const priced = worker$.pipe(topic<StompMessage<object>>('/queue/prices')).subscribe(({ headers, body }) => {
      const { 'reply-to': to = '', 'correlation-id': id } = headers;
      worker$.pipe(send(to, { headers: { 'correlation-id': id }, body: { ...body, price: 7 } })).subscribe();
    });
    atTestEnd(() => priced.unsubscribe());
    expect(await firstValueFrom(price('SPX'))).to.deep.equal({ symbol: 'SPX', price: 7 });
    const closes = recorded(bars('SPX'));
    // Nothing tells when the desk has subscribed.
    while (closes.values.length === 0) await receipt(worker$, '/topic/bars.SPX', { body: { close: 1 } });
    expect(await closes.value()).to.deep.equal({ close: 1 });

    for (const quantity of [1, 2, 3]) await firstValueFrom(place({ quantity }));
    const seen: unknown[] = [];
    const done = new Subject<void>();
    recorded(
      working(url, credentials, (order) => {
        seen.push(order);
        if (seen.length === 4) done.next();
        // The second one is refused at first, and comes again.
        return seen.length === 2 ? throwError(() => new Error('not now')) : of('done');
      }),
    );
    await firstValueFrom(done);
    expect(seen[1]).to.deep.equal({ quantity: 2 });
    expect(seen.map((order) => (order as { readonly quantity: number }).quantity).sort()).to.deep.equal([1, 2, 2, 3]);
  });

  it('works on after a cut as the guide shows, and acknowledges what the session brought, and nothing else', async () => {
    const line = await proxy(broker.port);
    const gateway = gatewayAt();
    const place = (order: string) => receipt(gateway, '/queue/orders', { order });
    const seen: unknown[] = [];
    const done = new Subject<void>();
    const worker = recorded(
      working(`${line.url}/ws`, credentials, (given) => {
        seen.push((given as { readonly order: string }).order);
        // The first one takes until there is another session.
        return seen.length === 1 ? done : of('done');
      }),
    );
    for (const order of ['first', 'second']) await place(order);
    await until(() => seen.length === 1);
    line.cut();
    await until(() => seen.length === 3);
    done.next();
    done.complete();
    await place('third');
    await until(() => seen.length === 4);
    expect(seen).to.deep.equal(['first', 'first', 'second', 'third']);
    expect([worker.ends, line.accepted]).to.deep.equal([[], 2]);
  });

  it('takes no ACK of the session before for one of what it brought itself', async () => {
    const line = await proxy(broker.port);
    const events = eventLog();
    const queue = fresh('queue');
    const params = { ack: 'client-individual', 'prefetch-count': 1 };
    const gateway = gatewayAt({ envelope: true }, { url: `${line.url}/ws`, events });
    const jobs = recorded(gateway.pipe(topic<StompMessage>(queue, params)));
    for (const body of ['one', 'two']) await receipt(gateway, queue, { body });
    const { headers } = await jobs.value();
    line.cut();
    await jobs.value(({ headers: { redelivered } }) => redelivered === 'true');
    const late = recorded(gateway.pipe(request('ACK', { id: headers.ack })));
    expect(await late.end).to.include({ kind: 'requestFailed', code: 'Subscription not found' });
    expect(events.of('opened')).to.have.length(2);
    jobs.subscription.unsubscribe();
    const rest = recorded(gatewayAt({ envelope: true }).pipe(topic<StompMessage>(queue, { ...params, 'prefetch-count': 5 })));
    await until(() => rest.values.length === 2);
    expect(rest.values.map(({ body }) => body)).to.have.members(['one', 'two']);
  });

  it('acknowledges all up to a message with ack: client', async () => {
    const queue = fresh('queue');
    const params = { ack: 'client' };
    const gateway = gatewayAt({ envelope: true });
    const jobs = recorded(gateway.pipe(topic<StompMessage>(queue, params)));
    for (const body of [1, 2, 3]) await receipt(gateway, queue, { body });
    await until(() => jobs.values.length === 3);
    await firstValueFrom(gateway.pipe(request('ACK', { id: jobs.values[1]?.headers.ack })));
    jobs.subscription.unsubscribe();
    const rest = recorded(gatewayAt({ envelope: true }).pipe(topic<StompMessage>(queue, params)));
    expect((await rest.value()).body).to.equal(3);
  });

  it('sends in transactions', async () => {
    const gateway = gatewayAt({ envelope: true });
    const queue = fresh('queue');
    const heard = recorded(gateway.pipe(topic<StompMessage>(queue)));
    const sendIn = (transaction: string, body: string) =>
      gateway.pipe(send(queue, { headers: { transaction }, body })).subscribe();
    for (const transaction of ['kept', 'dropped']) {
      await firstValueFrom(gateway.pipe(request('BEGIN', { transaction })));
      sendIn(transaction, transaction);
    }
    await firstValueFrom(gateway.pipe(request('ABORT', { transaction: 'dropped' })));
    await receipt(gateway, queue, { body: 'outside' });
    await firstValueFrom(gateway.pipe(request('COMMIT', { transaction: 'kept' })));
    await until(() => heard.values.length === 2);
    expect(heard.values.map(({ body }) => body)).to.deep.equal(['outside', 'kept']);
  });

  it('resumes a durable subscription by the id that it was given, and loses nothing between', async () => {
    const name = fresh();
    const params = { id: 'spec-durable', durable: true, 'auto-delete': false };
    const first = gatewayAt();
    const before = recorded(first.pipe(topic(name, params)));
    await receipt(first, name, 1);
    await before.value();
    before.subscription.unsubscribe();
    await receipt(first, name, 2);
    expect(await recorded(gatewayAt().pipe(topic(name, params))).value()).to.equal(2);
  });

  it('ends a topic whose subscription the broker cancels, and another try may bring it back', async () => {
    const name = fresh();
    const params = { id: 'spec-cancelled', durable: true, 'auto-delete': false };
    const gateway = gatewayAt();
    const heard = recorded(gateway.pipe(topic(name, params)));
    await receipt(gateway, name, 1);
    await heard.value();
    // Another client of the same durable subscription deletes it.
    const raw = new WebSocket(`ws://127.0.0.1:${broker.port}/ws`, ['v12.stomp']);
    atTestEnd(() => raw.terminate());
    const headers = 'id:spec-cancelled\ndurable:true\nauto-delete:false\n';
    raw.on('open', () => {
      raw.send('CONNECT\naccept-version:1.2\nlogin:guest\npasscode:guest\n\n\0');
      raw.send(`SUBSCRIBE\n${headers}destination:${name}\n\n\0UNSUBSCRIBE\n${headers}\n\0`);
    });
    expect(await heard.end).to.include({ kind: 'subscriptionRejected', code: 'Server cancelled subscription', retryable: true });
    const again = recorded(gateway.pipe(topic(name, params)));
    await receipt(gateway, name, 2);
    expect(await again.value()).to.equal(2);
  });

  it('subscribes again after a cut, and fails what was under way', async () => {
    const line = await proxy(broker.port);
    const events = eventLog();
    const gateway = gatewayAt({}, { url: `${line.url}/ws`, events });
    const [name, queue] = [fresh(), fresh('queue')];
    const heard = recorded(gateway.pipe(topic(name)));
    await events.event('subscribed');
    await receipt(gateway, name, 1);
    // Nobody answers on that queue.
    const lost = recorded(gateway.pipe(request(queue, 'lost')));
    await receipt(gateway, fresh('queue'));
    line.cut();
    expect(await lost.end).to.include({ kind: 'connectionLost' });
    const waiting = receipt(gateway, name, 2);
    await events.event('subscribed', 1);
    await waiting;
    await until(() => heard.values.length === 2);
    expect(heard.values).to.deep.equal([1, 2]);
    expect(line.accepted).to.equal(2);
  });

  describe('by the program rxgate', () => {
    let folder: string;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), 'rxgate-stomp-'));
      writeFileSync(join(folder, 'login.json'), JSON.stringify(credentials));
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    const rxgate = (terminal: ReturnType<typeof fakeTerminal>, ...args: readonly string[]) =>
      runCli([...args, '--protocol', 'stomp', '--credentials', 'login.json'], commands, terminal, '1.2.3');
    const asked = async (...args: readonly string[]) => {
      const terminal = fakeTerminal(folder);
      const code = await rxgate(terminal, 'request', `ws://127.0.0.1:${broker.port}/ws`, ...args, '-q');
      return { code, lines: terminal.lines, notes: terminal.notes };
    };

    it('asks, and says what the broker said', async () => {
      const queue = fresh('queue');
      answering(queue);
      expect(await asked(queue, '{"symbol":"SPX"}')).to.deep.equal({ code: 0, lines: ['{"symbol":"SPX"}'], notes: [] });
      expect(await asked(`SEND ${queue}-2`, '7')).to.deep.equal({ code: 0, lines: ['null'], notes: [] });
      const failed = await asked(queue, '"fail"');
      expect(failed).to.deep.include({ code: 1, lines: [] });
      expect(failed.notes).to.have.length(1);
      expect(failed.notes[0]).to.match(/^rxgate: .*BROKEN.*"fail"$/);
      const refused = await asked('SEND /nowhere/at/all', '1');
      expect(refused).to.deep.include({ code: 1, lines: [] });
      expect(refused.notes[0]).to.match(/Unknown destination/);
    });

    it('listens, and goes on after a cut', async () => {
      const line = await proxy(broker.port);
      const gateway = gatewayAt();
      const [bars, jobs] = [fresh(), fresh('queue')];
      const terminal = fakeTerminal(folder);
      const ended = rxgate(terminal, 'tail', `${line.url}/ws`, bars, jobs);
      atTestEnd(() => terminal.interrupt());
      /** Says it until it is heard: nothing tells when the program has subscribed. */
      const told = async (name: string, data: unknown): Promise<void> => {
        const wanted = JSON.stringify({ topic: name, data });
        while (!terminal.lines.includes(wanted)) await receipt(gateway, name, data);
      };
      await told(bars, { close: 1 });
      await receipt(gateway, jobs, Uint8Array.of(1, 0, 3));
      await receipt(gateway, jobs, 'first');
      await until(() => terminal.lines.some((text) => text.includes('first')));
      line.cut();
      await until(() => terminal.notes.filter((note) => note === 'connected').length === 2);
      await told(bars, { close: 2 });
      await told(jobs, 'again');
      terminal.interrupt();
      expect(await ended).to.equal(0);
      expect(line.accepted).to.equal(2);
      expect(terminal.notes.join('\n')).to.match(/^reconnecting, in \d\.\d s: Connection lost/m);
      const heard = terminal.lines.map((text) => JSON.parse(text) as { topic: string; data: unknown });
      const ofJobs = heard.flatMap(({ topic: name, data }) => (name === jobs ? [data] : []));
      // Bytes, in base64.
      expect(ofJobs.slice(0, 2)).to.deep.equal(['AQAD', 'first']);
      expect(new Set(ofJobs.slice(2))).to.deep.equal(new Set(['again']));
    });

    it('says that nobody is let in with a wrong passcode, and not what it was', async () => {
      writeFileSync(join(folder, 'wrong.json'), JSON.stringify({ ...credentials, passcode: 'hush-hush' }));
      const terminal = fakeTerminal(folder);
      const tail = ['tail', `ws://127.0.0.1:${broker.port}/ws`, fresh(), '--protocol', 'stomp', '--credentials', 'wrong.json'];
      expect(await runCli(tail, commands, terminal, '1.2.3')).to.equal(1);
      expect(terminal.notes.at(-1)).to.match(/^rxgate: /);
      expect(terminal.notes.join()).to.not.include('hush');
    });
  });

  it('takes leave in the words of the protocol, and closes cleanly', async () => {
    const line = await proxy(broker.port);
    const session = await firstValueFrom(connectTo({}, { url: `${line.url}/ws` }).pipe(shareSession({ linger: 1_000 })));
    session.close();
    const end = await firstValueFrom(session.closed);
    expect(end).to.deep.equal({ code: 1000, reason: end.reason, wasClean: true, by: 'us' });
  });

  it('beats in time for a broker that hangs up else, and notices one that is silent', async () => {
    const beats = { heartbeatOutgoing: 1_000, heartbeatIncoming: 1_000 };
    const line = await proxy(broker.port);
    const [alive, stalled] = [eventLog({ messages: true }), eventLog()];
    // It may be silent for longer than we may.
    const gateway = gatewayAt({ ...beats, heartbeatIncoming: 3_000 }, { events: alive });
    recorded(gateway);
    recorded(gatewayAt(beats, { url: `${line.url}/ws`, events: stalled }));
    await stalled.event('opened');
    line.stall();
    const since = Date.now();
    // Without the stage there are no beats.
    const mute = (await recorded(connectTo(beats)).end) as GatewayError;
    expect(mute).to.include({ kind: 'connectionLost', code: 1000 });
    const { end } = await stalled.event('ended');
    expect(end.error).to.include({ kind: 'heartbeatTimeout', timeout: 2_000 });
    // After the first beat, within 750 ms, twice the second in which the broker was to beat.
    expect(Date.now() - since).to.be.at.most(6_000);
    const sixth = await alive.event('sent', 5);
    expect(sixth.kind).to.equal('ping');
    expect(alive.of('opened')).to.have.length(1);
    expect(alive.of('ended')).to.deep.equal([]);
  });
});
