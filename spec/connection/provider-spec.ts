import { expect } from 'chai';
import { BehaviorSubject, EMPTY, NEVER, of, throwError, timer } from 'rxjs';
import { type Provider, provide } from '../../lib/connection/provider.js';
import { tracing, virtualTime } from '../testing/virtualTime.js';

const context = { refreshed: false };
const given = (provider: Provider<unknown>) =>
  new Promise<unknown>((resolve) => {
    const values: unknown[] = [];
    provide(provider, context).subscribe({
      next: (value) => values.push(value),
      error: (error: unknown) => resolve(['error', (error as Error).name]),
      complete: () => resolve(values),
    });
  });

describe('provide', () => {
  const rows: readonly (readonly [string, Provider<unknown>, unknown])[] = [
    ['a value', 'x', ['x']],
    ['undefined', undefined, [undefined]],
    ['an object that is neither promise nor observable', { then: 1 }, [{ then: 1 }]],
    ['an array', ['a', 'b'], [['a', 'b']]],
    ['a function', () => 'x', ['x']],
    ['a promise', Promise.resolve('x'), ['x']],
    ['a function that returns a promise', async () => 'x', ['x']],
    ['an observable, of which the first value counts', of('x', 'y'), ['x']],
    ['an observable that does not complete', new BehaviorSubject('x'), ['x']],
    ['a function that returns an observable', () => of('x'), ['x']],
    [
      'a function that throws',
      () => {
        throw new RangeError('x');
      },
      ['error', 'RangeError'],
    ],
    [
      'a promise that is rejected',
      async () => {
        throw new RangeError('x');
      },
      ['error', 'RangeError'],
    ],
    ['an observable that errors', throwError(() => new RangeError('x')), ['error', 'RangeError']],
    ['an observable without a value', EMPTY, ['error', 'EmptyError']],
  ];
  for (const [title, provider, expected] of rows)
    it(`takes ${title}`, async () => {
      expect(await given(provider)).to.deep.equal(expected);
    });

  it('P7: asks a function on each subscription anew, with what is known of the credential', () => {
    const asked: unknown[] = [];
    const provided$ = provide((told: unknown) => asked.push(told), { refreshed: true });
    expect(asked).to.deep.equal([]);
    provided$.subscribe();
    provided$.subscribe();
    expect(asked).to.deep.equal([{ refreshed: true }, { refreshed: true }]);
  });

  it('can be cancelled while it is pending', () => {
    virtualTime(({ flush }) => {
      const lines: string[] = [];
      const subscription = provide(() => timer(5), context).subscribe(tracing(lines)('p'));
      timer(2).subscribe(() => subscription.unsubscribe());
      provide(NEVER, context).subscribe(tracing(lines)('never'));
      flush();
      expect(lines).to.deep.equal([]);
    });
  });
});
