import { expect } from 'chai';
import { catchError, type Observable, throwError } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import sinon from 'sinon';

/** What a spec in virtual time works with. */
export interface VirtualTime extends RunHelpers {
  /** Takes the steps at the moments of the diagram; a name without a step is a mistake. */
  acts(diagram: string, steps: Readonly<Record<string, () => void>>): void;
  /** The time in ms. */
  now(): number;
}

/** Runs a spec in virtual time, to its end. */
export function virtualTime(test: (time: VirtualTime) => void): void {
  const rxTest = new TestScheduler((actual, expected) => {
    expect(actual).to.deep.equal(expected);
  });
  rxTest.run((helpers) => {
    const acts: VirtualTime['acts'] = (diagram, steps) => {
      helpers.hot(diagram).subscribe((name) => {
        const step = steps[name];
        if (!step) throw new TypeError(`no step "${name}"`);
        step();
      });
    };
    test({ ...helpers, acts, now: () => rxTest.now() });
  });
}

const kindOf = (error: unknown): unknown => (error as { readonly kind?: unknown } | undefined)?.kind ?? error;

/** The stream with each error of the family replaced by its kind, so that a diagram can say it. */
export const byKind = <T>(source: Observable<T>): Observable<T> =>
  source.pipe(catchError((error: unknown) => throwError(() => kindOf(error))));

/** What happens to an observable, as `name value`, `name! kind` and `name |`. */
export function tracing(lines: string[], now?: () => number) {
  const add = (line: string): void => void lines.push(now ? `${now()} ${line}` : line);
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  return (name: string) => ({
    next: (value: unknown) => add(`${name} ${text(value)}`),
    error: (error: unknown) => add(`${name}! ${text(kindOf(error))}`),
    complete: () => add(`${name} |`),
  });
}

/** Time stands still in the specs of this block, unless it is told to go on: nothing times out, and no timer is left behind. */
export function frozenTime(): {
  tick(ms: number): void;
  /** It is so late now, and no timer fired: the event loop was blocked. */
  jump(to: number): void;
  readonly timers: number;
} {
  let clock: sinon.SinonFakeTimers;
  beforeEach(() => {
    clock = sinon.useFakeTimers();
  });
  afterEach(() => {
    clock.restore();
  });
  return {
    tick: (ms) => {
      clock.tick(ms);
    },
    jump: (to) => {
      clock.setSystemTime(to);
    },
    get timers() {
      return clock.countTimers();
    },
  };
}
