import { expect } from 'chai';
import { either } from 'fp-ts';
import { TestScheduler } from 'rxjs/testing';
import { GatewayClosedError } from '../../lib/errors/gatewayErrors.js';
import { left, outcomes, right } from '../../lib/fp-ts/outcomes.js';

const rx = (run: Parameters<TestScheduler['run']>[0]) =>
  new TestScheduler((actual, expected) => {
    expect(actual).to.deep.equal(expected);
  }).run(run);

describe('outcomes', () => {
  const error = new GatewayClosedError();
  const values = { R: right('a'), L: left(error) };

  it('puts values to the right, and an error of the gateway to the left', () => {
    rx(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-a-#', undefined, error);
      expectObservable(outcomes(source)).toBe('-R-R-(L|)', values);
      expectObservable(outcomes(cold('-a|'))).toBe('-R|', values);
      expectSubscriptions(source.subscriptions).toBe('^----!');
    });
  });

  it('leaves another error what it is', () => {
    const bug = new Error('bug');
    rx(({ cold, expectObservable }) => {
      expectObservable(outcomes(cold('-a-#', undefined, bug))).toBe('-R-#', values, bug);
    });
  });

  it('makes what fp-ts makes', () => {
    expect([left(1), right(1)]).to.deep.equal([either.left(1), either.right(1)]);
  });
});
