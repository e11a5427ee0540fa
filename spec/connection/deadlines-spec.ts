import { expect } from 'chai';
import { type Deadlines, rest, sweep, watch } from '../../lib/connection/deadlines.js';
import { asyncScheduler, mergeMap, Subject, Subscription } from 'rxjs';
import { request, send, shareSession, topic } from 'rxgate';
import type { FakeSession } from 'rxgate/testing';
import { longestDelay } from '../../lib/options/check.js';
import { sessionsOf } from '../support/sessionsOf.js';
import { frozenTime } from '../testing/virtualTime.js';

describe('deadlines', () => {
  const time = frozenTime();
  const recording = (...nexts: number[]) => {
    const sweeps: number[] = [];
    const host: Deadlines = {
      due: Infinity,
      sweep: () => {
        sweeps.push(asyncScheduler.now());
        return nexts.shift() ?? Infinity;
      },
    };
    return { sweeps, watch: (deadline: number) => watch(host, deadline), rest: () => rest(host) };
  };

  it('sweeps once, at the earliest deadline, with one timer', () => {
    const { sweeps, watch } = recording();
    for (const deadline of [30, 10, 20]) watch(deadline);
    expect(time.timers).to.equal(1);
    time.tick(100);
    expect(sweeps).to.deep.equal([10]);
    expect(time.timers).to.equal(0);
  });

  it('goes on with the deadline that the sweep gives', () => {
    const { sweeps, watch } = recording(25, 40);
    watch(10);
    time.tick(100);
    expect(sweeps).to.deep.equal([10, 25, 40]);
  });

  it('gives what is due another turn where the timer is late: what came meanwhile was not read yet', () => {
    const { sweeps, watch } = recording();
    watch(10);
    // The event loop is blocked: time goes on, and no timer fires.
    time.jump(500);
    time.tick(10);
    expect(sweeps).to.deep.equal([]);
    expect(time.timers).to.equal(1);
    watch(20_000);
    time.tick(1);
    expect(sweeps).to.deep.equal([511]);
    expect(time.timers).to.equal(0);
  });

  it('stops for good in the turn that a late timer gives', () => {
    const { sweeps, watch } = recording();
    watch(10);
    time.jump(500);
    time.tick(10);
    watch(-Infinity);
    time.tick(100);
    expect([sweeps, time.timers]).to.deep.equal([[], 0]);
  });

  it('has no timer for Infinity', () => {
    recording().watch(Infinity);
    expect(time.timers).to.equal(0);
  });

  it('sweeps at once for a deadline that has passed', () => {
    const { sweeps, watch } = recording();
    time.tick(50);
    watch(10);
    time.tick(0);
    expect(sweeps).to.deep.equal([50]);
  });

  it('keeps a deadline that is watched within a sweep', () => {
    const sweeps: number[] = [];
    const host: Deadlines = {
      due: Infinity,
      sweep: () => {
        if (sweeps.push(asyncScheduler.now()) === 1) watch(host, 15);
        return sweeps.length === 1 ? 60 : Infinity;
      },
    };
    watch(host, 10);
    time.tick(100);
    expect(sweeps).to.deep.equal([10, 15]);
  });

  it('does not fire at once for a deadline that no timer can hold', () => {
    const { sweeps, watch } = recording(longestDelay + 50);
    watch(longestDelay + 50);
    time.tick(longestDelay - 1);
    expect(sweeps).to.deep.equal([]);
    time.tick(51);
    expect(sweeps).to.deep.equal([longestDelay, longestDelay + 50]);
  });

  it('stops for good, also from within a sweep', () => {
    const { sweeps, watch: watchAt } = recording(30);
    watchAt(10);
    watchAt(-Infinity);
    watchAt(20);
    expect(time.timers).to.equal(0);
    const host: Deadlines = {
      due: Infinity,
      sweep: () => {
        watch(host, -Infinity);
        return 30;
      },
    };
    watch(host, 10);
    time.tick(10);
    expect(time.timers).to.equal(0);
    expect(sweeps).to.deep.equal([]);
  });

  it('rests without a timer, and sweeps again for what is watched later', () => {
    const { sweeps, watch, rest } = recording();
    watch(10);
    rest();
    expect(time.timers).to.equal(0);
    time.tick(5);
    watch(20);
    time.tick(100);
    expect(sweeps).to.deep.equal([20]);
    watch(-Infinity);
    rest();
    watch(200);
    expect(time.timers).to.equal(0);
  });

  describe('of a shared stream', () => {
    /** A stream that gets a session with `open`, some who want something of it, and one who only holds it. */
    const scene = () => {
      const { made, source } = sessionsOf();
      const opening = new Subject<void>();
      const shared$ = opening.pipe(
        mergeMap(() => source),
        shareSession(),
      );
      const deaf = { error: () => undefined };
      const holder = shared$.subscribe(deaf);
      const wants = new Subscription();
      for (const want of [request('a'), request('b', 0, { stream: true }), send('s'), topic('t')])
        wants.add(shared$.pipe(want).subscribe(deaf));
      return { made, opening, holder, wants };
    };
    type Scene = ReturnType<typeof scene>;

    it('is gone when nobody waits any more, though others hold the connection', () => {
      const { wants, holder } = scene();
      expect(time.timers).to.equal(1);
      wants.unsubscribe();
      expect(time.timers).to.equal(0);
      holder.unsubscribe();
    });

    it("is the session's alone once it took over what waited", () => {
      const { opening, holder } = scene();
      opening.next();
      expect(time.timers).to.equal(1);
      holder.unsubscribe();
    });

    const answered = ({ made: [fake] }: Scene): void => {
      fake?.receive({ kind: 'reply', id: 2, data: 1, last: true });
      fake?.receive({ kind: 'reply', id: 3, data: 1, last: false });
      fake?.receive({ kind: 'confirmation', id: 1, topic: 't' });
    };
    const ends: readonly (readonly [when: string, (scene: Scene) => void])[] = [
      ['while the stream has no session', () => undefined],
      ['while all is asked and nothing answered', ({ opening }) => opening.next()],
      ['when all was answered', (scene) => (scene.opening.next(), answered(scene))],
      ['when the session was lost', ({ opening, made }) => (opening.next(), (made[0] as FakeSession).drop())],
      ['on the second session', ({ opening }) => (opening.next(), opening.next())],
    ];
    for (const [when, get] of ends)
      for (const [how, leave] of [
        ['everybody leaves', ({ wants, holder }: Scene) => (wants.unsubscribe(), holder.unsubscribe())],
        ['the stream fails', ({ opening, made }: Scene) => (opening.error('final'), made.forEach(({ drop }) => drop()))],
      ] as const)
        it(`leaves nothing behind when ${how} ${when}`, () => {
          const all = scene();
          get(all);
          leave(all);
          expect(time.timers).to.equal(0);
        });
  });

  it('tells of what is due, and when the next is', () => {
    time.tick(20);
    const entries = [10, 50, 20, 21].map((deadline) => ({ deadline }));
    const due: number[] = [];
    expect(sweep(entries, ({ deadline }) => due.push(deadline))).to.equal(21);
    expect(due).to.deep.equal([10, 20]);
    expect(sweep([], () => due.push(0))).to.equal(Infinity);
  });
});
