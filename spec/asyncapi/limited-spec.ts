import { expect } from 'chai';
import { limited } from '../../lib/asyncapi/limited.js';
import type { Shape } from '../../lib/asyncapi/shape.js';

const [name, other]: readonly [Shape, Shape] = [{ kind: 'named', name: 'A' }, { kind: 'null' }];
const through = (...shapes: readonly Shape[]): unknown =>
  limited(
    (shape) => (shape.kind === 'named' ? other : shape),
    2,
    (behind) => shapes.map(behind),
  );

describe('limited', () => {
  it('looks behind so many names, and any number of other shapes', () => {
    expect(through(name, other, other, other, name, other)).to.deep.equal(Array(6).fill(other));
    expect(through(name, name, name)).to.equal(undefined);
  });

  it('leaves other errors alone', () => {
    const fail = (): never => {
      throw new RangeError('not today');
    };
    expect(() => limited((shape) => shape, 2, fail)).to.throw(RangeError, 'not today');
  });
});
