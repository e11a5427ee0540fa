import * as t from 'io-ts';
import { composeArray, composeTuple } from '../../lib/io-ts/composeList.js';
import { expectVerdicts } from '../support/expectVerdicts.js';
import { partIn } from '../support/partIn.js';

const sparse = [1, , 2];

describe('composeArray', () => {
  it('reads lists as array does', () => {
    const item = t.union([t.number, t.undefined]);
    expectVerdicts(t.array(item), composeArray(partIn(item)), [[], [1, 2], sparse, [1, NaN], ['x'], [1, null], {}, null]);
  });
});

describe('composeTuple', () => {
  it('cuts off what is more, and takes what is missing if that may be undefined', () => {
    const items = [t.number, t.union([t.string, t.undefined])] as const;
    expectVerdicts(t.tuple([...items]), composeTuple(items.map((item) => partIn(item).run)), [
      ...[[1, 'x'], [1], [NaN, 'x', 2], [1, 'x', 2], [], ['x', 'x'], {}, null],
    ]);
  });
});
