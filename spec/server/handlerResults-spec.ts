import { expect } from 'chai';
import { filter, interval, of, take, throwError, timer, toArray } from 'rxjs';
import { useFakeTimers } from 'sinon';
import { handlerResults } from '../../lib/server/handlerResults.js';
import { recorded } from '../support/recorded.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { until } from '../support/until.js';

const thrown = (problem: unknown) => () => {
  throw problem;
};

describe('handlerResults', () => {
  afterEach(cleanUp);

  /** What nobody handles, mocha's own listener aside. */
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  beforeEach(() => {
    unhandled.length = 0;
    process.on('unhandledRejection', note);
  });
  afterEach(() => {
    process.off('unhandledRejection', note);
  });

  const rows: readonly (readonly [string, () => unknown, readonly unknown[]])[] = [
    ['nothing as one value', () => undefined, [undefined]],
    ['null as one value', () => null, [null]],
    ['text as one value, not as its letters', () => 'ab', ['ab']],
    ['a list as one value, not as its items', () => [1, 2], [[1, 2]]],
    ['the value of a promise', async () => 1, [1]],
    ['the value of anything that can be waited for', () => ({ then: (resolve: (value: number) => void) => resolve(1) }), [1]],
    ['the values of an observable', () => of(1, 2), [1, 2]],
    [
      'the values of a generator',
      function* () {
        yield* [1, 2];
      },
      [1, 2],
    ],
    [
      'the values of an async iterable',
      async function* () {
        yield* [1, 2];
      },
      [1, 2],
    ],
  ];
  for (const [what, handle, values] of rows)
    it(`gives ${what}`, async () => {
      const results = recorded(handlerResults(handle));
      expect(await results.end).to.equal('complete');
      expect(results.values).to.deep.equal(values);
    });

  const failing: readonly (readonly [string, () => unknown])[] = [
    ['throws', thrown('problem')],
    ['rejects', async () => thrown('problem')()],
    ['errors', () => throwError(() => 'problem')],
    [
      'throws between two values',
      async function* () {
        yield 1;
        throw 'problem';
      },
    ],
  ];
  for (const [what, handle] of failing)
    it(`errors with what a handler ${what}`, async () => {
      expect(await recorded(handlerResults(handle)).end).to.equal('problem');
    });

  it('asks the handler on each subscription, and not before', () => {
    let asked = 0;
    const results = handlerResults(() => ++asked).pipe(toArray());
    expect(asked).to.equal(0);
    const values: unknown[] = [];
    for (let n = 0; n < 2; n++) results.subscribe((value) => values.push(value));
    expect(values).to.deep.equal([[1], [2]]);
  });

  /** An iterable that waits for ever after its first value, and tells when it is released. */
  const waiting = (release: () => unknown) => {
    const results = ['first'];
    return {
      released: 0,
      asked: 0,
      [Symbol.asyncIterator]() {
        return {
          next: async () => {
            this.asked++;
            const value = results.shift();
            return value === undefined ? new Promise<never>(() => undefined) : { done: false, value };
          },
          return: () => {
            this.released++;
            return release();
          },
        };
      },
    };
  };
  const releases: readonly (readonly [string, () => unknown])[] = [
    ['answers', async () => ({ done: true, value: undefined })],
    ['answers with no promise', () => undefined],
    ["rejects, which is nobody's", async () => thrown(new Error('unhandled'))()],
  ];
  for (const [what, release] of releases)
    it(`releases an iterable that waits for its next value at once, though its release ${what}`, async () => {
      const iterable = waiting(release);
      const results = recorded(handlerResults(() => iterable));
      await results.value();
      await new Promise(setImmediate);
      expect([iterable.asked, iterable.released]).to.deep.equal([2, 0]);
      results.subscription.unsubscribe();
      expect(iterable.released).to.equal(1);
      await new Promise(setImmediate);
      expect(results.ends).to.deep.equal([]);
      expect(unhandled).to.deep.equal([]);
    });

  it('tells of a release that rejects, where somebody is to be told', async () => {
    const failures: unknown[] = [];
    const cause = new Error('not closed');
    const results = recorded(
      handlerResults(
        () => waiting(async () => thrown(cause)()),
        (failure) => failures.push(failure),
      ),
    );
    await results.value();
    results.subscription.unsubscribe();
    await new Promise(setImmediate);
    expect(failures).to.deep.equal([cause]);
    expect(results.ends).to.deep.equal([]);
  });

  for (const [what, end] of [
    ['ended', async () => ({ done: true as const, value: undefined })],
    ['failed', async () => thrown(new Error('lost'))()],
  ] as const)
    it(`does not release an iterable that has ${what} by itself, as a loop does not`, async () => {
      let released = 0;
      const iterable = { [Symbol.asyncIterator]: () => ({ next: end, return: async () => (released++, end()) }) };
      const results = recorded(handlerResults(() => iterable));
      await until(() => results.ends.length > 0);
      await new Promise(setImmediate);
      expect(released).to.equal(0);
    });

  it('pulls the next value only when the last was taken, and none for who has left', async () => {
    let produced = 0;
    const results = recorded(
      handlerResults(async function* () {
        for (;;) yield ++produced;
      }),
    );
    await results.value((value) => {
      if (value === 3) results.subscription.unsubscribe();
      return value === 3;
    });
    await new Promise(setImmediate);
    expect(produced).to.equal(3);
  });

  /** Gives values as fast as it is asked. */
  async function* fast(): AsyncGenerator<number> {
    for (let n = 1; ; n++) yield n;
  }

  it('lets the rest of the process have its turn while an iterable always has a value', async () => {
    const results = recorded(handlerResults(fast));
    await new Promise(setImmediate);
    results.subscription.unsubscribe();
    expect(results.values.length).to.be.within(1, 100);
  });

  const paced = (busy: () => boolean) => ({
    busy,
    wait: (run: () => void) =>
      interval(5)
        .pipe(
          filter(() => !busy()),
          take(1),
        )
        .subscribe({ complete: run }),
  });

  it('asks an iterable for nothing while its receiver is busy, not even for the first value, and goes on after that', async () => {
    let busy = true;
    let asked = 0;
    const results = recorded(
      handlerResults(
        async function* () {
          for (;;) yield ++asked;
        },
        undefined,
        paced(() => busy),
      ),
    );
    const pause = () => new Promise((resolve) => timer(20).subscribe(resolve));
    await pause();
    expect([asked, results.values]).to.deep.equal([0, []]);
    busy = false;
    await results.value((value) => value === 200);
    busy = true;
    await pause();
    expect(asked - results.values.length).to.be.within(0, 1);
    results.subscription.unsubscribe();
  });

  it('leaves no timer behind when it is unsubscribed from while an iterable waits for its receiver', () => {
    const clock = useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    atTestEnd(() => clock.restore());
    const results = recorded(
      handlerResults(
        fast,
        undefined,
        paced(() => true),
      ),
    );
    expect(clock.countTimers()).to.equal(1);
    results.subscription.unsubscribe();
    expect(clock.countTimers()).to.equal(0);
  });

  it('tells the pace when an answer is here, fails or is wanted no more', async () => {
    const lines: string[] = [];
    const pace = {
      ...paced(() => false),
      ask: () => {
        let known = false;
        lines.push('asked');
        return (deliver?: () => void) => {
          if (!known) lines.push(deliver ? 'answered' : 'forgotten');
          known = true;
          deliver?.();
        };
      },
    };
    const failing = async function* () {
      yield 1;
      throw 'problem';
    };
    await recorded(handlerResults(failing, undefined, pace)).end;
    expect(lines).to.deep.equal(['asked', 'answered', 'asked', 'forgotten']);
    lines.length = 0;
    const results = recorded(handlerResults(() => waiting(() => undefined), undefined, pace));
    await results.value();
    await new Promise(setImmediate);
    results.subscription.unsubscribe();
    expect(lines).to.deep.equal(['asked', 'answered', 'asked', 'forgotten']);
  });
});
