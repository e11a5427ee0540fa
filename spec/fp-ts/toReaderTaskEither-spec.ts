import { expect } from 'chai';
import { either, function as functions, readerTaskEither } from 'fp-ts';
import { map, type Observable, of, throwError } from 'rxjs';
import { toReaderTaskEither } from '../../lib/fp-ts/toReaderTaskEither.js';

describe('toReaderTaskEither', () => {
  it('makes the observable of the environment, in a chain of fp-ts', async () => {
    const doubled = toReaderTaskEither((source: Observable<number>) => source.pipe(map((value) => value * 2)));
    const text = functions.pipe(doubled, readerTaskEither.map(String));
    expect(await text(of(2))()).to.deep.equal(either.right('4'));
  });

  it('hands onOther on', async () => {
    const failing = toReaderTaskEither((reason: string) => throwError(() => reason), String);
    expect(await failing('bug')()).to.deep.equal(either.left('bug'));
  });

  it('throws a TypeError for what is no function', () => {
    expect(() => toReaderTaskEither(1 as never)).to.throw(TypeError, 'toReaderTaskEither: make must be a function');
  });
});
