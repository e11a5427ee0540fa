import { expect } from 'chai';
import { concat, NEVER, Observable, of, Subject, type Subscription } from 'rxjs';
import sinon from 'sinon';
import { verdictOnClose } from '../../lib/connection/verdict.js';
import { AuthenticationError, RequestFailedError } from '../../lib/errors/gatewayErrors.js';
import { commands } from '../../lib/server/commands.js';
import type { Identity } from '../../lib/server/identity.js';
import { login, type LoginConfig } from '../../lib/server/login.js';
import type { Peer } from '../../lib/server/peer.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { topics } from '../../lib/server/topics.js';
import { type FakePeer, fakePeer } from './fakePeer.js';

const ann: Identity = { user: 'ann', expiresAt: 2_000_000_000_000 };

describe('login', () => {
  let clock: sinon.SinonFakeTimers;
  let client: FakePeer;
  let taken: unknown[];
  let emitted: Peer[];
  let subscription: Subscription;
  beforeEach(() => {
    clock = sinon.useFakeTimers({ now: 1_700_000_000_000 });
    client = fakePeer();
    taken = [];
    emitted = [];
  });
  afterEach(() => clock.restore());

  const guarded = (config: LoginConfig<any>) => {
    const work = (data: unknown, { peer }: { readonly peer: Peer }) => {
      taken.push(`${peer.identity?.user} ${String(data)}`);
      return data;
    };
    const note = (peer: Peer) => {
      emitted.push(peer);
    };
    subscription = concat(of(client.peer), NEVER)
      .pipe(login(config), commands<Peer>({ work }), topics<Peer>({ bars: () => NEVER }))
      .subscribe(note);
  };
  const logIn = (data: unknown = 'secret', id = 'login') => client.receive({ id, command: 'POST_LOGIN', data });
  const work = (id: string) => client.receive({ id, command: 'work', data: id });
  const welcome = { type: 'RESPONSE', id: 'login', data: ann };
  const refusal = (code: string, error?: string) => ({ type: 'ERROR', id: 'login', code, ...(error && { error }) });
  const rejected = () =>
    client.events.filter((event) => event.type === 'rejected').map(({ code, reason }) => `${code} ${reason}`);

  it('lets a peer in once verify succeeded, and answers the login with user and expiry', () => {
    const told: unknown[] = [];
    guarded({ verify: (data, { peer }) => (told.push(data, peer), ann) });
    expect(emitted).to.deep.equal([]);
    logIn({ token: 't' });
    expect(told).to.deep.equal([{ token: 't' }, client.peer]);
    expect(emitted).to.deep.equal([client.peer]);
    expect(client.peer.identity).to.equal(ann);
    expect(client.sent).to.deep.equal([welcome]);
    expect(client.events.map(({ type }) => type)).to.include('ready');
    expect(clock.countTimers()).to.equal(0);
  });

  it('passes a peer with an identity from the upgrade at once, and asks nothing', () => {
    peerLink(client.peer).identity = ann;
    const peers: Peer[] = [];
    of(client.peer)
      .pipe(login({ verify: () => expect.fail('asked') }))
      .subscribe((peer) => peers.push(peer));
    expect(peers).to.deep.equal([client.peer]);
    expect(peerLink(client.peer).gated).to.equal(false);
  });

  it('reports what the release of a cancelled verify throws, which costs nobody anything', () => {
    const thrower = () => {
      throw new Error('teardown');
    };
    guarded({ verify: () => new Observable<Identity>(() => thrower) });
    logIn();
    client.receive({ type: 'CANCEL', id: 'login' });
    expect(client.failures.map(({ hook, cause }) => [hook, cause.errors[0].message])).to.deep.equal([['POST_LOGIN', 'teardown']]);
  });

  for (const [how, verify] of [
    ['a value', () => ann],
    ['a promise', () => Promise.resolve(ann)],
    ['the first value of an observable', () => concat(of(ann), NEVER)],
  ] as const)
    it(`takes ${how}`, async () => {
      guarded({ verify });
      logIn();
      await clock.tickAsync(1);
      expect(emitted).to.have.length(1);
    });

  describe('while a login is under way', () => {
    let answer: Subject<Identity | undefined>;
    beforeEach(() => {
      answer = new Subject();
      guarded({ verify: () => answer });
    });

    it('S4: runs no handler, and gives what came to the later stages in order afterwards', () => {
      work('before');
      logIn();
      work('1');
      client.receive({ type: 'SUBSCRIBE', id: 's', topic: 'bars' });
      client.receive({ command: 'work', data: 'send' });
      work('2');
      expect([taken, client.sent, emitted]).to.deep.equal([[], [], []]);
      expect(peerLink(client.peer).gated).to.equal(true);
      answer.next(ann);
      expect(taken).to.deep.equal(['ann before', 'ann 1', 'ann send', 'ann 2']);
      expect(client.sent.map(({ id }) => id)).to.deep.equal(['login', 'before', '1', 's', '2']);
      work('3');
      expect(taken.at(-1)).to.equal('ann 3');
    });

    it('answers pings', () => {
      logIn();
      client.receive({ type: 'ping', timestamp: 7 });
      expect(client.sent).to.deep.equal([{ type: 'pong', timestamp: 7 }]);
    });

    it('lets verify ask the peer', async () => {
      const asked = new Promise((resolve) => client.peer.request('challenge').subscribe(resolve));
      logIn();
      client.receive({ type: 'RESPONSE', id: '1', data: 42 });
      expect(await asked).to.equal(42);
    });

    it('refuses another login, and tells why', () => {
      logIn();
      logIn('other', 'again');
      expect(client.sent).to.deep.equal([{ type: 'ERROR', id: 'again', code: 'LOGIN_PENDING', error: 'a login is under way' }]);
    });

    it('forgets what is cancelled: a message in line, or the login itself', () => {
      subscription.unsubscribe();
      guarded({ verify: () => answer, attempts: 2 });
      logIn();
      work('1');
      work('2');
      client.receive({ type: 'CANCEL', id: '1' });
      client.receive({ type: 'CANCEL', id: 'login' });
      expect(answer.observed).to.equal(false);
      logIn('other', 'login');
      answer.next(ann);
      expect(taken).to.deep.equal(['ann 2']);
    });

    it('that is cancelled counts as an attempt: the last one ends the connection, with advice to come back', () => {
      subscription.unsubscribe();
      let checks = 0;
      guarded({ verify: () => (checks++, answer), attempts: 2 });
      for (const id of ['a', 'b', 'c']) {
        logIn('x', id);
        client.receive({ type: 'CANCEL', id });
      }
      expect([checks, answer.observed, clock.countTimers(), emitted.length]).to.deep.equal([2, false, 0, 0]);
      expect(rejected()).to.deep.equal(['1013 loginRefused']);
      const [[code, reason] = []] = client.closes;
      expect(verdictOnClose(code ?? 0, reason)).to.deep.equal({ retryAfter: 5_000, spread: 5_000 });
    });

    it('abandons the check of a peer that is gone, and leaves no timer', () => {
      logIn();
      client.disconnect();
      expect([answer.observed, clock.countTimers(), emitted.length]).to.deep.equal([false, 0, 0]);
    });

    it('abandons all when the stage is unsubscribed', () => {
      logIn();
      subscription.unsubscribe();
      expect([answer.observed, clock.countTimers()]).to.deep.equal([false, 0]);
    });
  });

  it('S4: holds maxHeld messages; more are answered with an error, or counted', () => {
    guarded({ verify: () => ann, maxHeld: 2 });
    for (const id of ['1', '2', '3']) work(id);
    client.receive({ type: 'SUBSCRIBE', id: 's', topic: 'bars' });
    client.receive({ command: 'work', data: 'send' });
    const error = { code: 'UNAUTHENTICATED', error: 'log in first' };
    expect(client.sent).to.deep.equal([
      { type: 'ERROR', id: '3', ...error },
      { type: 'NACK', id: 's', ...error },
    ]);
    expect(peerLink(client.peer).counters.drops.unauthenticated).to.equal(1);
    logIn();
    expect(taken).to.deep.equal(['ann 1', 'ann 2']);
  });

  describe('a refusal', () => {
    const told = new RequestFailedError('x', 'NO_SUCH_USER', { left: 2 }, { detail: 'who?' });
    const rows: readonly [what: string, given: unknown, answer: object, close: number, verdict: unknown][] = [
      ['no identity', undefined, refusal('UNAUTHENTICATED', 'the credential was refused'), 4401, 'refresh'],
      [
        'an AuthenticationError',
        new AuthenticationError('x'),
        refusal('UNAUTHENTICATED', 'the credential was refused'),
        4401,
        'refresh',
      ],
      ['a RequestFailedError', told, { ...refusal('NO_SUCH_USER', 'who?'), data: { left: 2 } }, 4401, 'refresh'],
      ['code FORBIDDEN', new RequestFailedError('x', 'FORBIDDEN'), refusal('FORBIDDEN'), 4403, 'final'],
      [
        'a credential that has expired',
        { ...ann, expiresAt: 1 },
        refusal('UNAUTHENTICATED', 'the credential has expired'),
        4401,
        'refresh',
      ],
    ];
    for (const [what, given, answer, close, verdict] of rows)
      it(`by ${what} is answered, and closes with ${close} after`, () => {
        guarded({
          verify: () => {
            if (given instanceof Error) throw given;
            return given as Identity;
          },
        });
        work('1');
        logIn();
        expect(client.sent).to.deep.equal([answer]);
        expect(client.closes).to.deep.equal([[close, 'loginRefused']]);
        expect(verdictOnClose(close)).to.equal(verdict);
        expect(rejected()).to.deep.equal([`${close} loginRefused`]);
        expect([taken, emitted, client.failures, clock.countTimers()]).to.deep.equal([[], [], [], 0]);
      });

    it('may be followed by another try, as often as attempts says', () => {
      let tries = 0;
      guarded({ verify: () => (++tries === 3 ? ann : undefined), attempts: 3 });
      for (const id of ['a', 'b', 'c']) logIn('x', id);
      expect(client.sent.map(({ type }) => type)).to.deep.equal(['ERROR', 'ERROR', 'RESPONSE']);
      expect([client.closes, emitted.length]).to.deep.equal([[], 1]);
    });

    it('ends the connection at the last attempt', () => {
      guarded({ verify: () => undefined, attempts: 2 });
      logIn('x', 'a');
      expect(client.closes).to.deep.equal([]);
      logIn('x', 'b');
      expect(client.closes).to.have.length(1);
    });

    it('of a login that nobody waits for an answer to just closes', () => {
      guarded({ verify: () => undefined });
      client.receive({ command: 'POST_LOGIN' });
      expect([client.sent, client.closes]).to.deep.equal([[], [[4401, 'loginRefused']]]);
    });
  });

  describe('a verify that fails', () => {
    const cause = new Error('directory: password=secret');
    for (const [what, given] of [
      ['throws', cause],
      ['gives no identity but something else', { name: 'ann' }],
    ] as const)
      it(`${what}: is reported, tells the client nothing, and closes with advice to come back`, () => {
        guarded({
          verify: () => {
            if (given instanceof Error) throw given;
            return given as unknown as Identity;
          },
        });
        logIn();
        const answer = { ...refusal('INTERNAL_ERROR', 'the credential could not be checked'), retryAfter: 5_000 };
        expect(client.sent).to.deep.equal([answer]);
        expect(client.closes.map(([code]) => code)).to.deep.equal([1013]);
        expect(verdictOnClose(...client.closes[0]!)).to.deep.equal({ retryAfter: 5_000, spread: 5_000 });
        expect(client.failures.map(({ hook }) => hook)).to.deep.equal(['POST_LOGIN']);
      });

    it('says itself when to come back: a retryable error with advice', () => {
      guarded({
        verify: () => {
          throw new AuthenticationError('directory is away', { retryable: true, retryAfter: 70 });
        },
      });
      logIn();
      expect(client.sent[0]).to.include({ code: 'UNAVAILABLE', retryAfter: 70 });
      expect(verdictOnClose(...client.closes[0]!)).to.deep.equal({ retryAfter: 70, spread: 5_000 });
      expect(client.failures).to.deep.equal([]);
    });
  });

  describe('the timeout', () => {
    it('closes a silent peer with 4401', () => {
      guarded({ verify: () => ann });
      clock.tick(9_999);
      work('1');
      expect(client.closes).to.deep.equal([]);
      clock.tick(1);
      expect(client.closes).to.deep.equal([[4401, 'loginTimeout']]);
      expect(rejected()).to.deep.equal(['4401 loginTimeout']);
      expect(clock.countTimers()).to.equal(0);
    });

    it('S4: ends a check that takes too long, without a word on the credential', () => {
      guarded({ verify: () => NEVER, timeout: 50 });
      clock.tick(20);
      logIn();
      clock.tick(30);
      expect(client.sent).to.have.length(1);
      expect(client.sent[0]).to.include({ code: 'INTERNAL_ERROR', retryAfter: 5_000 });
      expect(client.closes.map(([code]) => code)).to.deep.equal([1013]);
    });

    it('counts from the connection, over all attempts', () => {
      guarded({ verify: () => undefined, attempts: 9, timeout: 50 });
      clock.tick(40);
      logIn();
      clock.tick(10);
      expect(client.closes).to.deep.equal([[4401, 'loginTimeout']]);
    });
  });

  it('takes another command, and gives another reply', () => {
    guarded({ verify: () => ann, command: 'auth', reply: ({ user }) => `hello ${user}` });
    logIn();
    client.receive({ id: 'a', command: 'auth' });
    expect(client.sent[0]).to.deep.equal({ type: 'RESPONSE', id: 'a', data: 'hello ann' });
    // The name is nobody else's: it waited with the rest.
    expect(client.sent[1]).to.include({ id: 'login', code: 'UNKNOWN_COMMAND' });
  });

  it('lets in whoever logged in, also where the reply fails', () => {
    const cause = new Error('broken');
    guarded({
      verify: () => ann,
      reply: () => {
        throw cause;
      },
    });
    logIn();
    expect(client.sent).to.deep.equal([{ type: 'RESPONSE', id: 'login' }]);
    expect(client.failures).to.deep.equal([{ type: 'hookFailed', hook: 'POST_LOGIN', cause }]);
    expect(emitted).to.have.length(1);
  });

  it('answers without data that cannot be encoded, whether it lets in or refuses, and reports that', () => {
    guarded({ verify: () => ann, reply: () => 1n });
    logIn();
    expect(client.sent).to.deep.equal([{ type: 'RESPONSE', id: 'login' }]);
    expect([client.failures.map(({ hook }) => hook), emitted.length]).to.deep.equal([['POST_LOGIN'], 1]);
    client = fakePeer();
    guarded({
      verify: () => {
        throw new RequestFailedError('POST_LOGIN', 'FORBIDDEN', 1n);
      },
    });
    logIn();
    expect(client.sent).to.deep.equal([refusal('FORBIDDEN')]);
    expect([client.failures.map(({ hook }) => hook), client.closes.length]).to.deep.equal([['POST_LOGIN'], 1]);
  });

  it('ends one peer, and not the stream', () => {
    const [one, other] = [fakePeer(1), fakePeer(2)];
    const ids: number[] = [];
    concat(of(one.peer, other.peer), NEVER)
      .pipe(login({ verify: (user: string) => ({ user }) }))
      .subscribe(({ id }) => ids.push(id));
    one.receive({ id: 'a', command: 'POST_LOGIN', data: '' });
    other.receive({ id: 'a', command: 'POST_LOGIN', data: 'bob' });
    expect([ids, one.closes.length, other.closes.length]).to.deep.equal([[2], 1, 0]);
  });

  for (const [config, type, message] of [
    [undefined, TypeError, /^login: options/],
    [{}, TypeError, /^login: verify/],
    [{ verify: () => ann, command: '' }, TypeError, /^login: command/],
    [{ verify: () => ann, timeout: 0 }, RangeError, /^login: timeout/],
    [{ verify: () => ann, maxHeld: -1 }, RangeError, /^login: maxHeld/],
    [{ verify: () => ann, attempts: 0 }, RangeError, /^login: attempts/],
    [{ verify: () => ann, reply: 'ok' }, TypeError, /^login: reply/],
    [{ verify: () => ann, retryAfter: -1 }, RangeError, /^login: retryAfter/],
  ] as const)
    it(`refuses an invalid option at the call: ${String(message)}`, () => {
      expect(() => (login as (config: unknown) => unknown)(config)).to.throw(type, message);
    });
});
