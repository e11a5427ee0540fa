import { expect } from 'chai';
import { either, function as functions } from 'fp-ts';
import { firstValueFrom, lastValueFrom, map, toArray } from 'rxjs';
import { connect, RequestFailedError, shareSession } from 'rxgate';
import { requestEither } from 'rxgate/fp-ts';
import { commandNotify } from 'rxgate/protocols';
import { commands } from 'rxgate/server';
import { fakeServe } from 'rxgate/testing';
import { of } from 'rxjs';

const shared = () => {
  const server = fakeServe();
  server.peers
    .pipe(
      commands({
        sum: (all: number[]) => all.reduce((a, b) => a + b),
        fail: () => {
          throw new RequestFailedError('fail', 'NO_FUNDS');
        },
        count: () => of(1, 2),
      }),
    )
    .subscribe();
  return connect({ url: 'ws://fake', protocol: commandNotify(), webSocketFactory: server.webSocketFactory }).pipe(shareSession());
};

describe('requestEither', () => {
  it('emits a reply as a Right, which a pipe of fp-ts takes', async () => {
    const doubled = map((result: either.Either<unknown, number>) =>
      functions.pipe(
        result,
        either.map((sum) => sum * 2),
      ),
    );
    expect(await lastValueFrom(shared().pipe(requestEither<number>('sum', [1, 2]), doubled))).to.deep.equal(either.right(6));
  });

  it('emits an error reply as a Left, and completes', async () => {
    const all = await firstValueFrom(shared().pipe(requestEither('fail'), toArray()));
    expect(all).to.have.length(1);
    expect(all[0]).to.have.nested.include({ _tag: 'Left', 'left.kind': 'requestFailed', 'left.code': 'NO_FUNDS' });
  });

  it('emits each reply of a stream', async () => {
    const all = await firstValueFrom(shared().pipe(requestEither('count', undefined, { stream: true }), toArray()));
    expect(all).to.deep.equal([either.right(1), either.right(2)]);
  });

  it('errors with the reason of its signal', async () => {
    const reason = new Error('enough');
    const asked = lastValueFrom(shared().pipe(requestEither('sum', [1], { signal: AbortSignal.abort(reason) })));
    expect(await asked.catch((error: unknown) => error)).to.equal(reason);
  });

  it('checks its arguments at the call', () => {
    expect(() => requestEither('')).to.throw(TypeError, 'request: command');
  });
});
