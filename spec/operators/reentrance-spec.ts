import { expect } from 'chai';
import { defer } from 'rxjs';
import {
  ConnectFailedError,
  createCounters,
  connect,
  retryBackoff,
  shareSession,
  SubscriptionRejectedError,
  topic,
} from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import type { FakeSession } from 'rxgate/testing';
import { sessionsOf } from '../support/sessionsOf.js';
import { frozenTime } from '../testing/virtualTime.js';

describe('a subscriber that acts while it is told something', () => {
  frozenTime();

  it('takes the connection over from the last of the others', () => {
    const { made, source } = sessionsOf();
    const shared$ = source.pipe(shareSession());
    const first = shared$.subscribe();
    const lines: string[] = [];
    const second = shared$.subscribe({
      next: ({ id }) => {
        lines.push(`session ${id}`);
        first.unsubscribe();
      },
      complete: () => lines.push('|'),
    });
    expect(made.length).to.equal(1);
    expect(made[0]?.session.open).to.equal(true);
    made[0]?.session.close();
    expect(lines).to.deep.equal(['session 1', '|']);
    second.unsubscribe();
  });

  for (const [how, end] of [
    ['refused', (fake: FakeSession) => fake.receive({ kind: 'refusal', id: 1, code: 'NO' })],
    ['ended', (fake: FakeSession) => fake.receive({ kind: 'ended', topic: 'bars' })],
  ] as const)
    it(`wants a topic that was ${how} anew, with other options`, () => {
      const { made, source } = sessionsOf();
      const shared$ = source.pipe(shareSession());
      const holding = shared$.subscribe();
      const errors: unknown[] = [];
      const anew = () => {
        shared$.pipe(topic('bars', undefined, { replay: 1 })).subscribe({ error: (error: unknown) => errors.push(error) });
      };
      shared$.pipe(topic('bars')).subscribe({
        error: (error: unknown) => {
          expect(error).to.be.instanceOf(SubscriptionRejectedError);
          anew();
        },
        complete: anew,
      });
      const fake = made[0] as FakeSession;
      if (how === 'ended') fake.receive({ kind: 'confirmation', id: 1, topic: 'bars' });
      end(fake);
      expect(errors).to.deep.equal([]);
      expect(fake.sent.map(({ kind }) => kind)).to.deep.equal(['subscribe', 'subscribe']);
      holding.unsubscribe();
    });

  it('rejoins a key while another key of the same name ends: each is subscribed once', () => {
    const { made, source } = sessionsOf();
    const shared$ = source.pipe(shareSession());
    const holding = shared$.subscribe();
    const two = shared$.pipe(topic('bars', 2)).subscribe();
    const rejoined = shared$.pipe(topic('bars', 1)).subscribe({
      complete: () => {
        two.unsubscribe();
        rejoined.add(shared$.pipe(topic('bars', 2)).subscribe());
      },
    });
    const fake = made[0] as FakeSession;
    for (const id of [2, 1]) fake.receive({ kind: 'confirmation', id, topic: 'bars' });
    fake.receive({ kind: 'ended', topic: 'bars' });
    fake.receive({ kind: 'confirmation', id: 3, topic: 'bars' });
    holding.unsubscribe();
    expect(fake.sent.map(({ kind }) => kind).filter((kind) => kind === 'subscribe').length).to.equal(3);
  });
});

describe('options that a rewrite had let pass', () => {
  it('names counters that are none', () => {
    const counters = { ...createCounters(), drops: undefined } as never;
    expect(() => connect({ url: 'ws://x', protocol: commandNotify(), counters })).to.throw(TypeError, 'connect: counters');
  });

  it('names options that are no object', () => {
    expect(() => retryBackoff(null as never)).to.throw(TypeError, 'retryBackoff: options');
  });

  it('gives the failure as the cause, when a strategy returns no delay', () => {
    const failure = new ConnectFailedError('network', 'gone');
    const seen: unknown[] = [];
    defer(() => {
      throw failure;
    })
      .pipe(retryBackoff({ strategy: () => NaN }))
      .subscribe({ error: (error: unknown) => seen.push(error) });
    expect(seen[0]).to.be.instanceOf(TypeError).with.property('cause', failure);
  });
});
