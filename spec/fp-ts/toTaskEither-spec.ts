import { expect } from 'chai';
import { either, function as functions, taskEither } from 'fp-ts';
import { defer, EMPTY, EmptyError, NEVER, of, startWith, throwError } from 'rxjs';
import { GatewayClosedError } from '../../lib/errors/gatewayErrors.js';
import { toTaskEither } from '../../lib/fp-ts/toTaskEither.js';

describe('toTaskEither', () => {
  const error = new GatewayClosedError();
  const bug = new Error('bug');

  it('subscribes when it is run, each time anew, and gives the first value', async () => {
    let subscribed = 0;
    const task = toTaskEither(defer(() => NEVER.pipe(startWith(++subscribed))));
    expect(subscribed).to.equal(0);
    expect([await task(), await task()]).to.deep.equal([either.right(1), either.right(2)]);
    const doubled = functions.pipe(
      toTaskEither(of(2)),
      taskEither.map((value) => value * 2),
    );
    expect(await doubled()).to.deep.equal(either.right(4));
  });

  it('gives an error of the gateway as a Left', async () => {
    expect(await toTaskEither(throwError(() => error))()).to.deep.equal(either.left(error));
  });

  it('rejects with another error, and where nothing came', async () => {
    expect(await toTaskEither(throwError(() => bug))().catch((reason: unknown) => reason)).to.equal(bug);
    expect(await toTaskEither(EMPTY)().catch((reason: unknown) => reason)).to.be.instanceOf(EmptyError);
  });

  it('takes such errors to the left by onOther', async () => {
    const task = toTaskEither(
      throwError(() => bug),
      (reason) => ({ kind: 'bug' as const, reason }),
    );
    expect(await task()).to.deep.equal(either.left({ kind: 'bug', reason: bug }));
  });

  it('throws a TypeError for what is no observable', () => {
    expect(() => toTaskEither(1 as never)).to.throw(TypeError, 'toTaskEither: source must be an observable');
    expect(() => toTaskEither(EMPTY, 1 as never)).to.throw(TypeError, 'toTaskEither: onOther must be a function');
  });
});
