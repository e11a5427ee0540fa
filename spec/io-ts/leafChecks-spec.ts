import { expect } from 'chai';
import * as t from 'io-ts';
import { leafChecks } from '../../lib/io-ts/leafChecks.js';
import type { LeafTag } from '../../lib/io-ts/shape.js';
import { leafModels } from '../support/ioTsModels.js';

const values = [undefined, null, 0, NaN, '', 'x', true, 1n, {}, [], () => 0, new Date(0), Object.create(null)];

describe('leafChecks', () => {
  it('take what the leaves of io-ts take', () => {
    const checked = new Set<string>();
    for (const { type } of leafModels) {
      const tag = (type as { _tag?: string })._tag ?? '';
      if (!(tag in leafChecks) || checked.has(tag)) continue;
      checked.add(tag);
      for (const value of values) expect(leafChecks[tag as LeafTag](value), `${tag} ${typeof value}`).to.equal(type.is(value));
    }
    expect([...checked]).to.have.members(Object.keys(leafChecks));
    expect(leafChecks.NeverType(t)).to.equal(false);
  });
});
