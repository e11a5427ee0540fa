import { expect } from 'chai';
import { concat, NEVER, of, Subject, type Subscription } from 'rxjs';
import sinon from 'sinon';
import { AuthenticationError } from '../../lib/errors/gatewayErrors.js';
import { expiry, type ExpiryConfig } from '../../lib/server/expiry.js';
import type { Identity } from '../../lib/server/identity.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { refuseRequests } from '../../lib/server/windDown.js';
import { type FakePeer, fakePeer } from './fakePeer.js';

const start = 1_700_000_000_000;
const hour = 3_600_000;
const year = 365 * 24 * hour;

describe('expiry', () => {
  let clock: sinon.SinonFakeTimers;
  let client: FakePeer;
  let subscription: Subscription;
  beforeEach(() => {
    clock = sinon.useFakeTimers({ now: start });
    client = fakePeer();
  });
  afterEach(() => clock.restore());

  const serving = (identity: Identity | undefined, config?: ExpiryConfig<any>) => {
    peerLink(client.peer).identity = identity;
    subscription = concat(of(client.peer), NEVER).pipe(expiry(config)).subscribe();
  };
  const annFor = (ms: number): Identity => ({ user: 'ann', expiresAt: start + ms });
  const warning = (ms: number) => ({ command: 'auth.expiring', data: { expiresAt: start + ms } });

  it('S5: warns 30 s before the end, and closes with 4401 at it', () => {
    serving(annFor(hour));
    clock.tick(hour - 30_001);
    expect(client.sent).to.deep.equal([]);
    clock.tick(1);
    expect(client.sent).to.deep.equal([warning(hour)]);
    clock.tick(29_999);
    expect(client.closes).to.deep.equal([]);
    clock.tick(1);
    expect(client.closes).to.deep.equal([[4401, 'expired']]);
    expect(client.sent).to.have.length(1);
    expect(client.events).to.deep.include({ type: 'rejected', session: 1, code: 4401, reason: 'expired' });
    expect(clock.countTimers()).to.equal(0);
  });

  it('closes with 1012 who is on its way out, since it could refresh no more: its credential is not what is wrong', () => {
    serving(annFor(1_000), { refresh: { verify: () => annFor(hour) } });
    const admit = refuseRequests(client.peer, 'going', 70);
    client.receive({ id: 'a', command: 'auth.refresh' });
    expect(client.sent.at(-1)).to.include({ id: 'a', code: 'DRAINING' });
    clock.tick(1_000);
    expect(client.closes).to.deep.equal([[1012, 'expired']]);
    expect(client.events).to.deep.include({ type: 'rejected', session: 1, code: 1012, reason: 'expired' });
    admit();

    client = fakePeer();
    serving(annFor(2_000), { refresh: { verify: () => annFor(hour) } });
    refuseRequests(client.peer, 'going', 70)();
    clock.tick(2_000);
    expect(client.closes).to.deep.equal([[4401, 'expired']]);
  });

  it('warns at once where less is left, and not at all with 0', () => {
    serving(annFor(1_000));
    expect(client.sent).to.deep.equal([warning(1_000)]);
    client = fakePeer();
    serving(annFor(1_000), { warnBefore: 0 });
    clock.tick(1_000);
    expect([client.sent, client.closes.length]).to.deep.equal([[], 1]);
  });

  it('warns by another command', () => {
    serving(annFor(1_000), { notice: 'soon' });
    expect(client.sent).to.deep.equal([{ ...warning(1_000), command: 'soon' }]);
  });

  it('ends a peer at once that has expired already', () => {
    serving(annFor(0));
    expect(client.closes).to.deep.equal([[4401, 'expired']]);
  });

  it('S5: waits longer than a timer can: two years', () => {
    serving(annFor(2 * year), { warnBefore: hour });
    clock.tick(2 * year - hour - 1);
    expect(client.sent).to.deep.equal([]);
    clock.tick(1);
    expect(client.sent).to.deep.equal([warning(2 * year)]);
    clock.tick(hour - 1);
    expect(client.closes).to.deep.equal([]);
    clock.tick(1);
    expect(client.closes).to.have.length(1);
  });

  for (const [what, identity] of [
    ['nobody', undefined],
    ['somebody for ever', { user: 'ann' }],
    ['somebody until infinity', { user: 'ann', expiresAt: Infinity }],
  ] as const)
    it(`has no timer for ${what}`, () => {
      serving(identity);
      expect(clock.countTimers()).to.equal(0);
      expect([client.sent, client.closes]).to.deep.equal([[], []]);
    });

  it('leaves no timer when the peer is gone, or the stage unsubscribed', () => {
    serving(annFor(hour), { revalidate: { every: 10, check: () => true } });
    expect(clock.countTimers()).to.equal(2);
    client.disconnect();
    expect(clock.countTimers()).to.equal(0);
    client = fakePeer();
    serving(annFor(hour), { revalidate: { every: 10, check: () => true } });
    subscription.unsubscribe();
    expect(clock.countTimers()).to.equal(0);
  });

  describe('refresh', () => {
    const refresh = (data: unknown, command = 'auth.refresh') => client.receive({ id: 'r', command, data });
    const verify = (ms: number) => annFor(ms);

    it('S5: takes a new identity, and its time counts; it is warned of anew', () => {
      serving(annFor(1_000), { refresh: { verify } });
      clock.tick(500);
      refresh(hour);
      expect(client.sent.at(-1)).to.deep.equal({ type: 'RESPONSE', id: 'r', data: annFor(hour) });
      expect(client.peer.identity).to.deep.equal(annFor(hour));
      clock.tick(hour - 30_001 - 500);
      expect([client.closes, client.sent.length]).to.deep.equal([[], 2]);
      clock.tick(1);
      expect(client.sent.at(-1)).to.deep.equal(warning(hour));
      clock.tick(30_000);
      expect(client.closes).to.have.length(1);
    });

    it('does not warn twice of one end', () => {
      serving(annFor(1_000), { refresh: { verify } });
      refresh(1_000);
      expect(client.sent.map(({ command, type }) => command ?? type)).to.deep.equal(['auth.expiring', 'RESPONSE']);
    });

    it('takes an earlier end, too, and none', () => {
      serving(annFor(hour), { refresh: { verify } });
      refresh(1_000);
      clock.tick(1_000);
      expect(client.closes).to.have.length(1);
      client = fakePeer();
      serving(annFor(5_000), { refresh: { verify: () => ({ user: 'ann' }) } });
      refresh(1);
      clock.tick(hour);
      expect(client.closes).to.deep.equal([]);
    });

    it('refuses another user: everything stays as it was', () => {
      serving(annFor(1_000), { refresh: { verify: () => ({ user: 'bob' }) } });
      refresh(1);
      const error = { code: 'FORBIDDEN', error: 'the user must stay the same' };
      expect(client.sent.at(-1)).to.deep.equal({ type: 'ERROR', id: 'r', ...error });
      expect(client.peer.identity).to.deep.equal(annFor(1_000));
      clock.tick(1_000);
      expect(client.closes).to.have.length(1);
    });

    it('refuses where there is no identity that could be renewed', () => {
      serving(undefined, { refresh: { verify } });
      refresh(hour);
      expect(client.sent).to.have.length(1);
      expect(client.sent[0]).to.include({ code: 'FORBIDDEN' });
      expect(client.peer.identity).to.equal(undefined);
    });

    for (const [what, given, code] of [
      ['a refusal', new AuthenticationError('no'), 'UNAUTHENTICATED'],
      ['a credential that has expired', annFor(-1), 'UNAUTHENTICATED'],
      ['a failure', new Error('secret'), 'INTERNAL_ERROR'],
    ] as const)
      it(`answers ${what}, and the connection stays until its end`, () => {
        serving(annFor(1_000), {
          refresh: {
            verify: () => {
              if (given instanceof Error) throw given;
              return given;
            },
          },
        });
        refresh(1);
        expect(client.sent.at(-1)).to.include({ type: 'ERROR', id: 'r', code });
        expect(JSON.stringify(client.sent)).to.not.include('secret');
        expect(client.failures.map(({ hook }) => hook)).to.deep.equal(code === 'INTERNAL_ERROR' ? ['auth.refresh'] : []);
        expect(client.closes).to.deep.equal([]);
      });

    it('comes by another command', () => {
      serving(annFor(1_000), { refresh: { command: 'renew', verify } });
      refresh(hour, 'renew');
      expect(client.peer.identity).to.deep.equal(annFor(hour));
    });

    it('is no command unless it is asked for', () => {
      serving(annFor(hour), { revalidate: { every: 1_000, check: () => true } });
      refresh(hour);
      expect(client.sent[0]).to.include({ code: 'UNKNOWN_COMMAND' });
    });
  });

  describe('revalidate', () => {
    const ann: Identity = { user: 'ann' };
    const checked = (check: () => any, every = 1_000) => serving(ann, { revalidate: { every, check }, random: () => 0.25 });

    it('asks with identity and peer, first within the interval and then every so often', () => {
      const asked: unknown[] = [];
      serving(ann, {
        revalidate: { every: 1_000, check: (...args) => asked.push([Date.now() - start, ...args]) > 0 },
        random: () => 0.25,
      });
      clock.tick(3_250);
      expect(asked).to.deep.equal([250, 1_250, 2_250, 3_250].map((at) => [at, ann, client.peer]));
      expect(client.closes).to.deep.equal([]);
    });

    for (const [answer, code] of [
      [false, 4401],
      ['final', 4403],
    ] as const)
      it(`S5: closes with ${code} where the answer is ${answer}`, async () => {
        checked(() => Promise.resolve(answer));
        await clock.tickAsync(250);
        expect(client.closes).to.deep.equal([[code, 'revalidation']]);
        expect(client.events).to.deep.include({ type: 'rejected', session: 1, code, reason: 'revalidation' });
      });

    for (const [what, check] of [
      [
        'throws',
        () => {
          throw new Error('directory');
        },
      ],
      ['rejects', () => Promise.reject(new Error('directory'))],
      ['takes longer than the interval', () => NEVER],
      ['says nothing', () => of()],
      ['says something else', () => undefined],
    ] as const)
      it(`reports a check that ${what}; the peer stays, and is asked again`, async () => {
        let asked = 0;
        checked(() => (++asked === 1 ? check() : false));
        await clock.tickAsync(2_249);
        expect(client.failures.map(({ hook }) => hook)).to.deep.equal(['revalidate']);
        await clock.tickAsync(1);
        expect(client.closes.map(([code]) => code)).to.deep.equal([4401]);
      });

    for (const [answer, code] of [
      [false, 4401],
      ['final', 4403],
    ] as const)
      describe(`the answer ${answer} about an identity that was renewed meanwhile`, () => {
        const scene = () => {
          const asked: Identity[] = [];
          const answers = new Subject<boolean | 'final'>();
          serving(ann, {
            revalidate: { every: 1_000, check: (identity) => (asked.push(identity), answers) },
            random: () => 0.25,
          });
          const renew = (): Identity => (peerLink(client.peer).identity = { user: 'ann' });
          return { asked, answers, renew };
        };

        it('ends nobody by itself: it is asked at once about the new one', () => {
          const { asked, answers, renew } = scene();
          clock.tick(250);
          const renewed = renew();
          answers.next(answer);
          expect([client.closes, asked.length]).to.deep.equal([[], 2]);
          expect(asked[1]).to.equal(renewed);
          answers.next(true);
          clock.tick(999);
          expect([client.closes, asked.length]).to.deep.equal([[], 2]);
          clock.tick(1);
          expect(asked).to.have.length(3);
        });

        it('is not dodged by one more refresh during each check', () => {
          const { asked, answers, renew } = scene();
          clock.tick(250);
          renew();
          answers.next(answer);
          renew();
          answers.next(answer);
          expect(asked).to.have.length(2);
          expect(client.closes).to.deep.equal([[code, 'revalidation']]);
        });
      });

    it('asks for the identity of now, and for nobody where there is none', () => {
      const users: unknown[] = [];
      serving(undefined, { revalidate: { every: 100, check: ({ user }) => users.push(user) > 0 }, random: () => 0 });
      clock.tick(150);
      peerLink(client.peer).identity = ann;
      clock.tick(100);
      expect(users).to.deep.equal(['ann']);
    });
  });

  for (const [config, type, message] of [
    [{ warnBefore: -1 }, RangeError, /^expiry: warnBefore/],
    [{ notice: '' }, TypeError, /^expiry: notice/],
    [{ refresh: 5 }, TypeError, /^expiry: refresh/],
    [{ refresh: {} }, TypeError, /^expiry: refresh.verify/],
    [{ refresh: { verify: () => 1, command: 5 } }, TypeError, /^expiry: refresh.command/],
    [{ refresh: { verify: () => 1, attempts: 0 } }, RangeError, /^expiry: refresh.attempts/],
    [{ refresh: { verify: () => 1, timeout: 0 } }, RangeError, /^expiry: refresh.timeout/],
    [{ revalidate: { check: () => true } }, TypeError, /^expiry: revalidate.every/],
    [{ revalidate: { every: 0, check: () => true } }, RangeError, /^expiry: revalidate.every/],
    [{ revalidate: { every: 1 } }, TypeError, /^expiry: revalidate.check/],
    [{ random: 1 }, TypeError, /^expiry: random/],
  ] as const)
    it(`refuses an invalid option at the call: ${String(message)}`, () => {
      expect(() => (expiry as (config: unknown) => unknown)(config)).to.throw(type, message);
    });
});
