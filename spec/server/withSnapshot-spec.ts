import { expect } from 'chai';
import { map, NEVER, of, Subject, throwError } from 'rxjs';
import { snapshotOf, withSnapshot } from '../../lib/server/withSnapshot.js';
import { recorded } from '../support/recorded.js';

describe('withSnapshot', () => {
  const scene = () => {
    const changes = new Subject<string>();
    let told: string[] = [];
    const change = (value: string): void => {
      told = [...told, value];
      changes.next(value);
    };
    return { changes, change, values$: withSnapshot(() => told, changes) };
  };

  it('gives each subscriber a snapshot of its own first, and then the changes', () => {
    const { change, values$ } = scene();
    const early = recorded(values$);
    change('a');
    const late = recorded(values$);
    change('b');
    expect([early.values, late.values]).to.deep.equal([
      [[], 'a', 'b'],
      [['a'], 'b'],
    ]);
  });

  it('misses no change that is made when the snapshot comes', () => {
    const { change, values$ } = scene();
    const heard: unknown[] = [];
    values$.subscribe((value) => {
      if (heard.push(value) === 1) change('a');
    });
    expect(heard).to.deep.equal([[], 'a']);
  });

  it('puts the snapshot before changes that come upon the subscription', () => {
    expect(recorded(withSnapshot(() => 'now', of('a', 'b'))).values).to.deep.equal(['now', 'a', 'b']);
  });

  it('ends as the changes do, and with what snapshot throws', () => {
    expect(recorded(withSnapshot(() => 1, of())).ends).to.deep.equal(['complete']);
    const error = new Error('broken');
    expect(
      recorded(
        withSnapshot(
          () => 1,
          throwError(() => error),
        ),
      ).ends,
    ).to.deep.equal([error]);
    const fails = (): never => {
      throw error;
    };
    const { changes } = scene();
    expect(recorded(withSnapshot(fails, changes)).ends).to.deep.equal([error]);
    expect(changes.observed).to.equal(false);
  });

  it('lets go of the changes', () => {
    const { changes, values$ } = scene();
    values$.subscribe().unsubscribe();
    expect(changes.observed).to.equal(false);
  });

  it('tells topics where the snapshot is, and an observable made of it does not', () => {
    const { change, values$ } = scene();
    change('a');
    expect(recorded(snapshotOf(values$)!).values).to.deep.equal([['a']]);
    expect([values$.pipe(map(String)), NEVER, 5, null, undefined].map(snapshotOf)).to.deep.equal(Array(5).fill(undefined));
  });

  it('refuses what is no function or no observable', () => {
    const call = withSnapshot as (...args: unknown[]) => unknown;
    expect(() => call(5, NEVER)).to.throw(TypeError, /^withSnapshot: snapshot/);
    expect(() => call(() => 1, [])).to.throw(TypeError, /^withSnapshot: changes/);
  });
});
