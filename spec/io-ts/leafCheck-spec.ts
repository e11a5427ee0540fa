import { expect } from 'chai';
import { createShapes } from '../../lib/io-ts/createShapes.js';
import { leafCheck } from '../../lib/io-ts/leafCheck.js';
import { leafModels } from '../support/ioTsModels.js';

const values = [undefined, null, 0, NaN, '', 'x', true, 1n, {}, [], () => 0, new Date(0), Object.create(null)];

describe('leafCheck', () => {
  it('takes what the leaves of io-ts take', () => {
    const checked = new Set<string>();
    for (const { type } of leafModels) {
      const shape = createShapes()(type);
      if (shape.form !== 'leaf') continue;
      checked.add(shape.tag);
      // `never` has an `is` that says so, too.
      for (const value of values) expect(leafCheck(shape.tag)(value), `${shape.tag} ${typeof value}`).to.equal(type.is(value));
    }
    expect([...checked]).to.have.length(14);
  });
});
