import { expect } from 'chai';
import { NEVER, of } from 'rxjs';
import { untilAborted } from '../../lib/connection/untilAborted.js';
import { virtualTime } from '../testing/virtualTime.js';

describe('untilAborted', () => {
  it('is the source itself without a signal', () => {
    expect(untilAborted(undefined)(NEVER)).to.equal(NEVER);
  });

  it('errors with the reason of the signal, and unsubscribes from the source', () => {
    virtualTime(({ acts, cold, expectObservable, expectSubscriptions }) => {
      const abort = new AbortController();
      const source = cold('-a-b-c-');
      const subs = '       ^---!  ';
      acts('               ----x', { x: () => abort.abort('why') });
      const expected = '   -a-b#';

      expectObservable(source.pipe(untilAborted(abort.signal))).toBe(expected, undefined, 'why');
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('errors at once, and subscribes to nothing, when the signal is aborted already', () => {
    virtualTime(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-');

      expectObservable(source.pipe(untilAborted(AbortSignal.abort('why')))).toBe('#', undefined, 'why');
      expectSubscriptions(source.subscriptions).toBe([]);
    });
  });

  it('passes the end of the source, after which the signal changes nothing', () => {
    virtualTime(({ acts, cold, expectObservable }) => {
      const abort = new AbortController();
      acts('            -----x', { x: () => abort.abort('why') });

      expectObservable(cold('-a-|').pipe(untilAborted(abort.signal))).toBe('-a-|');
      expectObservable(cold('-a-#').pipe(untilAborted(abort.signal))).toBe('-a-#');
    });
  });

  it('has the default reason of a signal', () => {
    let error: unknown;
    of(1)
      .pipe(untilAborted(AbortSignal.abort()))
      .subscribe({ error: (problem: unknown) => (error = problem) });
    expect((error as Error).name).to.equal('AbortError');
  });
});
