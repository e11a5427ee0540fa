import { expect } from 'chai';
import { NEVER, Observable, of, Subject, type Subscription } from 'rxjs';
import sinon from 'sinon';
import { AuthenticationError, RequestFailedError } from '../../lib/errors/gatewayErrors.js';
import { commands } from '../../lib/server/commands.js';
import { expiry, type RefreshConfig } from '../../lib/server/expiry.js';
import type { Identity } from '../../lib/server/identity.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { type FakePeer, fakePeer } from './fakePeer.js';

const start = 1_700_000_000_000;
const hour = 3_600_000;

describe('auth.refresh', () => {
  let clock: sinon.SinonFakeTimers;
  let client: FakePeer;
  let stage: Subscription;
  beforeEach(() => {
    clock = sinon.useFakeTimers({ now: start });
    client = fakePeer(1, { user: 'ann' });
  });
  afterEach(() => clock.restore());

  const annFor = (ms: number): Identity => ({ user: 'ann', expiresAt: start + ms });
  const serving = (refresh: RefreshConfig<any>): void => {
    stage = client.through(expiry<any>({ refresh, warnBefore: 0 }));
  };
  const ask = (id: string, data: unknown = id): void => client.receive({ id, command: 'auth.refresh', data });
  const cancel = (id: string): void => client.receive({ type: 'CANCEL', id });
  const answers = () => client.sent.map(({ id, code, data }) => [id, code ?? (data as Identity).expiresAt]);
  const rejected = () => client.events.flatMap((event) => (event.type === 'rejected' ? [`${event.code} ${event.reason}`] : []));

  /** Checks that the test answers when it likes. */
  const slowChecks = () => {
    const checks: { readonly data: unknown; readonly answer: Subject<Identity | undefined> }[] = [];
    let running = 0;
    let most = 0;
    const verify = (data: unknown): Observable<Identity | undefined> =>
      new Observable((subscriber) => {
        const answer = new Subject<Identity | undefined>();
        checks.push({ data, answer });
        most = Math.max(most, ++running);
        subscriber.add(() => running--);
        return answer.subscribe(subscriber);
      });
    return { checks, verify, running: () => running, most: () => most };
  };

  describe('is checked one at a time', () => {
    it('S5: of those that come meanwhile the last one is next, and the others are told so', () => {
      const { checks, verify, most } = slowChecks();
      serving({ verify });
      for (const id of ['a', 'b', 'c', 'd']) ask(id);
      expect(checks.map(({ data }) => data)).to.deep.equal(['a']);
      expect(client.sent).to.deep.equal(
        ['b', 'c'].map((id) => ({ type: 'ERROR', id, code: 'SUPERSEDED', error: 'a later refresh takes its place' })),
      );
      checks[0]?.answer.next(annFor(hour));
      expect(checks.map(({ data }) => data)).to.deep.equal(['a', 'd']);
      expect(client.peer.identity).to.deep.equal(annFor(hour));
      checks[1]?.answer.next(annFor(2 * hour));
      expect(client.peer.identity).to.deep.equal(annFor(2 * hour));
      expect(answers().slice(2)).to.deep.equal([
        ['a', start + hour],
        ['d', start + 2 * hour],
      ]);
      expect(most()).to.equal(1);
    });

    it('begins no check of one that waits when the stage leaves', () => {
      const { checks, verify, running } = slowChecks();
      serving({ verify });
      ask('a');
      ask('b');
      stage.unsubscribe();
      expect([checks.map(({ data }) => data), running(), client.peer.open]).to.deep.equal([['a'], 0, true]);
    });

    it('S5: the last one asked counts, also where its credential ends first, and however fast its check would be', async () => {
      const delays = { slow: 100, fast: 1 };
      const ends = { slow: 3 * hour, fast: hour };
      serving({
        verify: (which: 'slow' | 'fast') =>
          new Promise<Identity>((resolve) => setTimeout(() => resolve(annFor(ends[which])), delays[which])),
      });
      ask('1', 'slow');
      ask('2', 'fast');
      await clock.tickAsync(200);
      expect(answers().map(([id]) => id)).to.deep.equal(['1', '2']);
      expect(client.peer.identity).to.deep.equal(annFor(hour));
    });

    it('goes on after a refusal, which leaves what was taken before', () => {
      const { checks, verify } = slowChecks();
      serving({ verify });
      ask('a');
      ask('b');
      checks[0]?.answer.next(annFor(hour));
      checks[1]?.answer.next(undefined);
      ask('c');
      expect(checks).to.have.length(3);
      expect(client.peer.identity).to.deep.equal(annFor(hour));
      expect(answers()).to.deep.equal([
        ['a', start + hour],
        ['b', 'UNAUTHENTICATED'],
      ]);
    });

    it('forgets one that is cancelled while it waits, and it costs nothing', () => {
      const { checks, verify } = slowChecks();
      serving({ verify, attempts: 1 });
      ask('a');
      ask('b');
      cancel('b');
      checks[0]?.answer.next(annFor(hour));
      expect([checks.length, client.closes]).to.deep.equal([1, []]);
    });

    it('counts a send as a refresh, though nobody is told', () => {
      const { checks, verify } = slowChecks();
      serving({ verify });
      client.receive({ command: 'auth.refresh', data: 1 });
      client.receive({ command: 'auth.refresh', data: 2 });
      expect(checks).to.have.length(1);
      checks[0]?.answer.next(annFor(hour));
      checks[1]?.answer.next(annFor(2 * hour));
      expect(client.peer.identity).to.deep.equal(annFor(2 * hour));
      expect(client.sent).to.deep.equal([]);
    });

    it('also where a peer has as many commands at work as it may', () => {
      client.through(commands({ work: () => NEVER }, { maxRunning: 1 }));
      serving({ verify: () => annFor(hour) });
      client.receive({ id: 'w', command: 'work' });
      ask('a');
      expect(client.peer.identity).to.deep.equal(annFor(hour));
    });

    it('each peer by itself', () => {
      const { verify, running } = slowChecks();
      const peers = [fakePeer(1, { user: 'ann' }), fakePeer(2, { user: 'ann' })];
      const both = of(...peers.map(({ peer }) => peer))
        .pipe(expiry({ refresh: { verify } }))
        .subscribe();
      for (const { receive } of peers) receive({ id: 'a', command: 'auth.refresh' });
      expect(running()).to.equal(2);
      both.unsubscribe();
    });
  });

  describe('is refused only so often', () => {
    const no = (error: unknown) => () => {
      throw error;
    };
    for (const [what, verify, code, close] of [
      ['a refusal', () => undefined, 'UNAUTHENTICATED', 4401],
      ['an error that says no', no(new AuthenticationError('no')), 'UNAUTHENTICATED', 4401],
      ['one for good', no(new RequestFailedError('auth.refresh', 'FORBIDDEN')), 'FORBIDDEN', 4403],
      ['another user', () => ({ user: 'bob' }), 'FORBIDDEN', 4403],
    ] as const)
      it(`S5: ${what} is answered, and the third in a row closes with ${close}`, () => {
        serving({ verify });
        for (const id of ['1', '2']) ask(id);
        expect(client.closes).to.deep.equal([]);
        ask('3');
        expect(answers()).to.deep.equal(['1', '2', '3'].map((id) => [id, code]));
        expect(client.closes).to.deep.equal([[close, 'refreshRefused']]);
        expect(rejected()).to.deep.equal([`${close} refreshRefused`]);
      });

    it('takes attempts, and begins anew after one that was taken', () => {
      serving({ attempts: 2, verify: (good: boolean) => (good ? annFor(hour) : undefined) });
      for (const [index, good] of [false, true, false, true, false].entries()) ask(`${index}`, good);
      expect(client.closes).to.deep.equal([]);
      ask('last', false);
      expect(client.closes.map(([code]) => code)).to.deep.equal([4401]);
    });

    it('does not check what waits when it closes', () => {
      const { checks, verify } = slowChecks();
      serving({ verify, attempts: 1 });
      ask('a');
      ask('b');
      checks[0]?.answer.next(undefined);
      expect([checks.length, client.closes.length]).to.deep.equal([1, 1]);
    });

    it('S5: a cancel of a check counts as one: the last one closes with 1013 and advice, as for a login', () => {
      const { checks, verify, running } = slowChecks();
      serving({ verify, attempts: 2 });
      ask('a');
      cancel('a');
      expect([running(), client.closes]).to.deep.equal([0, []]);
      ask('b');
      // An id that is asked with again ends the check that it named.
      ask('b');
      expect(checks).to.have.length(2);
      expect(client.closes).to.deep.equal([[1013, '{"reason":"refreshRefused","retryAfter":5000,"spread":5000}']]);
    });

    it('but not by trouble of this side, which says nothing about the credential', () => {
      serving({ verify: no(new Error('directory')), attempts: 1 });
      for (let n = 0; n < 5; n++) ask(`${n}`);
      expect(answers().map(([, code]) => code)).to.deep.equal(Array(5).fill('INTERNAL_ERROR'));
      expect(client.closes).to.deep.equal([]);
    });

    it('nor by the end of the stage, or of the peer, in the middle of a check', () => {
      const { verify, running } = slowChecks();
      serving({ verify, attempts: 1 });
      ask('a');
      stage.unsubscribe();
      expect([running(), client.closes]).to.deep.equal([0, []]);
      client = fakePeer(2, { user: 'ann' });
      serving({ verify, attempts: 1 });
      ask('a');
      ask('b');
      client.disconnect();
      expect([running(), client.closes, client.events.filter(({ type }) => type === 'rejected')]).to.deep.equal([0, [], []]);
    });
  });

  it('gives a check ten seconds, or as long as timeout says, reports it, and goes on with what waits', () => {
    const { checks, verify, running } = slowChecks();
    serving({ verify, attempts: 1 });
    ask('a');
    ask('b');
    clock.tick(9_999);
    expect(client.sent).to.deep.equal([]);
    clock.tick(1);
    expect(answers()).to.deep.equal([['a', 'INTERNAL_ERROR']]);
    expect(client.failures.map(({ hook }) => hook)).to.deep.equal(['auth.refresh']);
    expect([checks.map(({ data }) => data), running()]).to.deep.equal([['a', 'b'], 1]);
    checks[1]?.answer.next({ user: 'ann' });
    expect([client.peer.identity, clock.countTimers()]).to.deep.equal([{ user: 'ann' }, 0]);
    serving({ verify, timeout: 70, command: 'other' });
    client.receive({ id: 'c', command: 'other' });
    clock.tick(70);
    expect(answers().at(-1)).to.deep.equal(['c', 'INTERNAL_ERROR']);
  });

  it('takes nothing for a peer that is closing', () => {
    const { checks, verify } = slowChecks();
    serving({ verify });
    ask('a');
    client.peer.close(4000);
    checks[0]?.answer.next(annFor(hour));
    expect(peerLink(client.peer).identity).to.deep.equal({ user: 'ann' });
  });
});
