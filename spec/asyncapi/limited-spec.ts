import { expect } from 'chai';
import { limited, TooManyError } from '../../lib/asyncapi/limited.js';
import type { Shape } from '../../lib/asyncapi/shape.js';

describe('limited', () => {
  it('looks behind so many names, and any number of other shapes', () => {
    const [name, other]: readonly [Shape, Shape] = [{ kind: 'named', name: 'A' }, { kind: 'null' }];
    const behind = limited((shape) => (shape.kind === 'named' ? other : shape), 2);
    for (const shape of [name, other, other, other, name]) expect(behind(shape)).to.equal(other);
    expect(behind(other)).to.equal(other);
    expect(() => behind(name)).to.throw(TooManyError, 'more than 2 schemas');
  });
});
