import { expect } from 'chai';
import { EMPTY, NEVER, of, Subject, throwError } from 'rxjs';
import { allowed, type Permission } from '../../lib/server/allowed.js';
import { tracing } from '../testing/virtualTime.js';

describe('allowed', () => {
  const told = (ask: () => Permission): string[] => {
    const lines: string[] = [];
    allowed(ask).subscribe(tracing(lines)('may'));
    return lines;
  };
  const rows: readonly (readonly [what: string, ask: () => unknown, answer: string])[] = [
    ['true', () => true, 'may true'],
    ['false', () => false, 'may false'],
    ['an observable of true', () => of(true), 'may true'],
    ['the first of several values', () => of(false, true), 'may false'],
    ['nothing at all', () => EMPTY, 'may false'],
    ['undefined', () => undefined, 'may false'],
    // What is only truthy may be a mistake, such as a promise in a promise.
    ['a text', () => 'yes', 'may false'],
    ['1', () => of(1), 'may false'],
    ['an object', () => of({}), 'may false'],
  ];
  for (const [what, ask, answer] of rows)
    it(`answers once: ${what}`, () => {
      expect(told(ask as () => Permission)).to.deep.equal([answer, 'may |']);
    });

  it('answers a promise', async () => {
    expect(await new Promise((answer) => allowed(() => Promise.resolve(true)).subscribe(answer))).to.equal(true);
  });

  it('errors with what the hook throws, or its stream: that is no answer', () => {
    const broken = new Error('broken');
    const errors: unknown[] = [];
    const ways: readonly (() => Permission)[] = [
      () => {
        throw broken;
      },
      () => throwError(() => broken),
    ];
    for (const ask of ways) allowed(ask).subscribe({ error: (error: unknown) => errors.push(error) });
    expect(errors).to.deep.equal([broken, broken]);
  });

  it('asks once for each subscription, and lets go of what it asked', () => {
    let asked = 0;
    const answer = new Subject<boolean>();
    const may$ = allowed(() => (asked++, answer));
    expect(asked).to.equal(0);
    may$.subscribe().unsubscribe();
    expect([asked, answer.observed]).to.deep.equal([1, false]);
    may$.subscribe();
    answer.next(true);
    expect([asked, answer.observed]).to.deep.equal([2, false]);
    expect(told(() => NEVER)).to.deep.equal([]);
  });
});
