import { expect } from 'chai';
import { Subject } from 'rxjs';
import {
  AuthenticationError,
  ConnectFailedError,
  ConnectionLostError,
  HeartbeatTimeoutError,
  MalformedMessageError,
  RequestFailedError,
  ValidationError,
} from '../../lib/errors/gatewayErrors.js';
import type { GatewayEvent } from '../../lib/events/gatewayEvent.js';
import { type LogOptions, type LogTarget, logTo } from '../../lib/events/logTo.js';

type Entry = readonly [level: string, ...args: unknown[]];

/** Writes down how it was called, like a console; with `extra`, like a logger that has more. */
const recorder = (extra: object = {}): { entries: Entry[]; target: LogTarget } => {
  const entries: Entry[] = [];
  const on = (level: string) =>
    function (this: unknown, ...args: unknown[]): void {
      // pino and winston need their `this`.
      expect(this).to.equal(target);
      entries.push([level, ...args]);
    };
  const target = { debug: on('debug'), info: on('info'), warn: on('warn'), error: on('error'), ...extra };
  return { entries, target };
};

const pinoLike = { child: () => undefined, bindings: () => ({}) };

const logged = (events: readonly GatewayEvent[], options?: LogOptions, extra?: object): Entry[] => {
  const { entries, target } = recorder(extra);
  const observer = logTo(target, options);
  for (const event of events) observer.next(event);
  return entries;
};

const lost = new ConnectionLostError(1006, 'gone away', false);
const failedEnd = { code: 1006, reason: 'gone away', wasClean: false, by: 'them', error: lost } as const;
const lostText = 'cause="ConnectionLostError: Connection lost: close code 1006 (gone away)"';

/** One of each, with the line that it makes. */
const rows: readonly (readonly [event: GatewayEvent, level: string, line: string])[] = [
  [{ type: 'connecting', session: 3 }, 'info', 'connecting session=3'],
  [{ type: 'opened', session: 3, url: 'ws://h/ws', subprotocol: 'v1' }, 'info', 'opened session=3 url=ws://h/ws'],
  [{ type: 'ready', session: 3, since: 1_700_000_000_000 }, 'info', 'ready session=3'],
  [
    { type: 'ended', session: 3, end: failedEnd },
    'warn',
    `ended session=3 code=1006 reason="gone away" wasClean=false by=them ${lostText}`,
  ],
  [
    { type: 'ended', session: 3, end: { code: 1000, reason: '', wasClean: true, by: 'us' } },
    'info',
    'ended session=3 code=1000 wasClean=true by=us',
  ],
  [{ type: 'released', session: 3 }, 'debug', 'released session=3'],
  [{ type: 'released' }, 'debug', 'released'],
  [{ type: 'retrying', attempt: 2, delay: 1234.5678, cause: lost }, 'warn', `retrying attempt=2 delay=1234.57 ${lostText}`],
  [{ type: 'gaveUp', cause: lost }, 'error', `gaveUp ${lostText}`],
  [{ type: 'gaveUp', cause: 'thrown "text"' }, 'error', 'gaveUp cause="thrown \\"text\\""'],
  [{ type: 'gaveUp', cause: undefined }, 'error', 'gaveUp cause="undefined"'],
  [{ type: 'closing' }, 'info', 'closing'],
  [{ type: 'closed' }, 'info', 'closed'],
  [{ type: 'refreshing' }, 'info', 'refreshing'],
  [{ type: 'heartbeat', session: 3, rtt: 1.23456 }, 'debug', 'heartbeat session=3 rtt=1.23'],
  [{ type: 'subscribed', session: 3, topic: 'bars:SPX:1D' }, 'debug', 'subscribed session=3 topic=bars:SPX:1D'],
  [{ type: 'unsubscribed', session: 3, topic: 'a b', by: 'them' }, 'debug', 'unsubscribed session=3 topic="a b" by=them'],
  [{ type: 'refused', session: 3, topic: 't', code: 'DENIED' }, 'warn', 'refused session=3 topic=t code=DENIED'],
  [{ type: 'resumed', session: 3, topics: 2, sent: 0 }, 'info', 'resumed session=3 topics=2 sent=0'],
  [{ type: 'gap', session: 3, topic: 't' }, 'warn', 'gap session=3 topic=t'],
  [
    { type: 'malformed', session: 3, error: new MalformedMessageError('in', 'no JSON') },
    'warn',
    'malformed session=3 cause="MalformedMessageError: no JSON"',
  ],
  [{ type: 'dropped', session: 3, reason: 'unmatchedReply' }, 'warn', 'dropped session=3 reason=unmatchedReply'],
  [
    { type: 'upgradeRefused', status: 401, reason: 'authenticate', address: '127.0.0.1:80' },
    'warn',
    'upgradeRefused status=401 reason=authenticate address=127.0.0.1:80',
  ],
  [{ type: 'limited', session: 3, name: 'typing', retryAfter: 250 }, 'warn', 'limited session=3 name=typing retryAfter=250'],
  [{ type: 'rejected', session: 3, code: 4401, reason: 'expired' }, 'warn', 'rejected session=3 code=4401 reason=expired'],
  [
    { type: 'invalid', session: 3, name: 'buy', error: new ValidationError('buy', ['price']) },
    'warn',
    'invalid session=3 name=buy cause="ValidationError: The payload of \\"buy\\" is not what the contract says, at price"',
  ],
  [{ type: 'hookFailed', hook: 'wake', cause: new TypeError('oops') }, 'warn', 'hookFailed hook=wake cause="TypeError: oops"'],
];

const messages: readonly (readonly [event: GatewayEvent, level: string, line: string])[] = [
  [{ type: 'sent', session: 3, kind: 'request', name: 'orders.place' }, 'debug', 'sent session=3 kind=request name=orders.place'],
  [{ type: 'received', session: 3, kind: 'pong', name: undefined }, 'debug', 'received session=3 kind=pong'],
];

describe('logTo', () => {
  describe('writes to a console', () => {
    for (const [event, level, line] of [...rows, ...messages])
      it(`${level} ${line}`, () => {
        expect(logged([event], { messages: true })).to.deep.equal([[level, `rxgate: ${line}`]]);
      });
  });

  it('writes fields and a message to pino, on the same levels', () => {
    for (const [event, level] of [...rows, ...messages]) {
      const [entry, ...more] = logged([event], { messages: true }, pinoLike);
      expect(more).to.deep.equal([]);
      expect(entry?.[0]).to.equal(level);
      expect(entry?.[1]).to.include({ event: event.type });
      expect(entry?.[2]).to.equal(`rxgate: ${event.type}`);
    }
    const cause = {
      name: 'ConnectionLostError',
      message: 'Connection lost: close code 1006 (gone away)',
      kind: 'connectionLost',
      code: 1006,
      reason: 'gone away',
      retryable: true,
    };
    expect(
      logged(
        [
          { type: 'ended', session: 3, end: failedEnd },
          { type: 'retrying', attempt: 2, delay: 10, cause: lost },
        ],
        {},
        pinoLike,
      ),
    ).to.deep.equal([
      [
        'warn',
        { event: 'ended', session: 3, code: 1006, reason: 'gone away', wasClean: false, by: 'them', cause },
        'rxgate: ended',
      ],
      ['warn', { event: 'retrying', attempt: 2, delay: 10, cause }, 'rxgate: retrying'],
    ]);
  });

  it('takes a logger with either `child` or `bindings` for one of that kind, but not winston', () => {
    const closing: GatewayEvent = { type: 'closing' };
    const fields = [['info', { event: 'closing' }, 'rxgate: closing']];
    expect(logged([closing], {}, { child: () => undefined })).to.deep.equal(fields);
    expect(logged([closing], {}, { bindings: () => ({}) })).to.deep.equal(fields);
    expect(logged([closing], {}, { child: () => undefined, transports: [] })).to.deep.equal([['info', 'rxgate: closing']]);
  });

  it('asks for per-message events only with `messages`, and leaves them out if they come all the same', () => {
    const { target, entries } = recorder();
    expect(logTo(target).observed).to.equal(false);
    expect(logTo(target, { messages: undefined }).observed).to.equal(false);
    expect(logTo(target, { messages: true }).observed).to.equal(true);

    const events = new Subject<GatewayEvent>();
    events.subscribe(logTo(target));
    for (const [event] of messages) events.next(event);
    events.next({ type: 'closing' });
    expect(entries).to.deep.equal([['info', 'rxgate: closing']]);
  });

  describe('keeps credentials out', () => {
    const canary = 'CANARY-77aa01';
    const url = `wss://joe:${canary}@gw.example/ws?token=${canary}#${canary}`;
    const foreign = Object.assign(new Error(`cannot reach ${url}`, { cause: new Error(canary) }), {
      config: { headers: { authorization: canary } },
      token: canary,
      code: canary,
      toJSON: () => ({ canary }),
    });
    const causes: readonly unknown[] = [
      foreign,
      `cannot reach ${url}`,
      { message: `cannot reach ${url}`, token: canary, toString: () => canary },
      { credentials: canary },
      new ConnectFailedError('provider', `cannot reach ${url}`, { cause: foreign }),
      new ConnectionLostError(4401, `bad token=${canary}`, true),
      new AuthenticationError(`refused Bearer ${canary}`, {
        cause: new RequestFailedError('login', 'DENIED', { token: canary }),
      }),
      new RequestFailedError('login', 'DENIED', { token: canary }),
    ];
    const events = causes.flatMap((cause): GatewayEvent[] => [
      { type: 'retrying', attempt: 2, delay: 1, cause },
      { type: 'gaveUp', cause },
      { type: 'hookFailed', hook: 'refresh', cause },
      { type: 'ended', session: 1, end: { code: 4401, reason: `see ${url}`, wasClean: true, by: 'them', error: cause as never } },
      { type: 'malformed', session: 1, error: cause as never },
      { type: 'opened', session: 1, url, subprotocol: `bearer.${canary}` },
      { type: 'refused', session: 1, topic: 'private', code: `token=${canary}` },
    ]);

    for (const [kind, extra] of Object.entries({ console: {}, pino: pinoLike }))
      it(`from ${kind}`, () => {
        const entries = logged(events, { messages: true }, extra);
        expect(entries).to.have.length(events.length);
        const text = JSON.stringify(entries);
        expect(text).to.not.include(canary);
        // What helps is still there.
        expect(text).to.include('cannot reach wss://gw.example/ws').and.include('ConnectFailedError').and.include('DENIED');
      });
  });

  for (const [event] of [...rows, ...messages])
    it(`leaves out what it does not know: ${event.type}`, () => {
      const canary = 'CANARY-41c0de';
      const data = { token: canary };
      const unknown = {
        ...{ payload: canary, data, credentials: [canary], reasonText: canary, toJSON: () => canary, [canary]: true },
        ...('end' in event ? { end: { ...event.end, payload: canary } } : { end: { reason: canary } }),
        ...('error' in event ? {} : { error: new Error(canary) }),
        ...('cause' in event || 'error' in event ? {} : { cause: canary }),
      };
      const hidden = { ...event, ...unknown } as GatewayEvent;
      for (const extra of [{}, pinoLike])
        expect(logged([hidden], { messages: true }, extra)).to.deep.equal(logged([event], { messages: true }, extra));
    });

  it('writes of an event that it does not know no more than that it came', () => {
    const events = [{ type: 'resumedAt', position: 'CANARY-41c0de' }, { type: 'toString' }] as never;
    expect(logged(events)).to.deep.equal([
      ['info', 'rxgate: resumedAt'],
      ['info', 'rxgate: toString'],
    ]);
  });

  it('writes one line whatever the gateway sends', () => {
    const reason = 'a\nrxgate: gaveUp\r\n\u2028b';
    const [entry] = logged([
      { type: 'ended', session: 1, end: { ...failedEnd, reason, error: new ConnectionLostError(4000, reason, true) } },
    ]);
    expect(entry?.[1])
      .to.be.a('string')
      .and.not.match(/[\r\n\u2028]/);
  });

  it('names a miss of the heartbeat', () => {
    expect(logged([{ type: 'retrying', attempt: 2, delay: 0, cause: new HeartbeatTimeoutError(5_000) }])[0]?.[1]).to.include(
      'cause="HeartbeatTimeoutError: No sign of life within the heartbeat\'s timeout (5000 ms)',
    );
  });

  it('survives a logger that throws, and goes on writing', () => {
    const lines: string[] = [];
    let calls = 0;
    const observer = logTo({
      ...recorder().target,
      info: (line) => {
        if (++calls === 1) throw new Error('disk full');
        lines.push(line);
      },
    });
    observer.next({ type: 'closing' });
    observer.next({ type: 'closed' });
    expect([calls, lines]).to.deep.equal([2, ['rxgate: closed']]);
  });

  it('survives a cause that cannot be read', () => {
    const { entries, target } = recorder();
    const observer = logTo(target);
    const hostile = new Proxy(
      {},
      {
        get() {
          throw new Error('no');
        },
      },
    );
    for (const cause of [hostile, { toString: 1, name: Symbol('name') }, Object.create(null) as unknown, () => 1])
      observer.next({ type: 'gaveUp', cause });
    expect(entries).to.have.length(4);
    expect(entries[0]).to.deep.equal(['error', 'rxgate: gaveUp cause="an error that cannot be read"']);
    expect(entries[1]).to.deep.equal(['error', 'rxgate: gaveUp cause=""']);
  });

  it('names the option that is invalid, at the call', () => {
    const { target } = recorder();
    expect(() => logTo(undefined as never)).to.throw(TypeError, 'logTo: logger.debug');
    expect(() => logTo({ ...target, warn: undefined } as never)).to.throw(TypeError, 'logTo: logger.warn');
    expect(() => logTo(target, { messages: 'yes' as never })).to.throw(TypeError, 'logTo: messages');
  });
});
