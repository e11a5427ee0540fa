import { expect } from 'chai';
import { mapShape } from '../../lib/asyncapi/mapShape.js';
import type { Shape } from '../../lib/asyncapi/shape.js';

describe('mapShape', () => {
  const text: Shape = { kind: 'string' };
  const other = (inner: Shape): Shape => ({ kind: 'named', name: inner.kind });
  const named: Shape = { kind: 'named', name: 'string' };

  it('puts others in the place of the parts, and leaves the rest as it is', () => {
    const shapes: readonly (readonly [from: Shape, to: Shape])[] = [
      [
        { kind: 'union', members: [text, text], exclusive: true },
        { kind: 'union', members: [named, named], exclusive: true },
      ],
      [
        { kind: 'intersection', members: [text] },
        { kind: 'intersection', members: [named] },
      ],
      [
        { kind: 'array', items: text, minItems: 2 },
        { kind: 'array', items: named, minItems: 2 },
      ],
      [
        { kind: 'tuple', items: [text, text] },
        { kind: 'tuple', items: [named, named] },
      ],
      [
        { kind: 'object', properties: [{ name: 'a', required: true, shape: text, description: 'A' }], rest: text },
        { kind: 'object', properties: [{ name: 'a', required: true, shape: named, description: 'A' }], rest: named },
      ],
      [
        { kind: 'object', properties: [], rest: false },
        { kind: 'object', properties: [], rest: false },
      ],
    ];
    for (const [from, to] of shapes) expect(mapShape(from, other)).to.deep.equal(to);
  });

  it('leaves what has no parts, and names', () => {
    const plain: readonly Shape[] = [text, { kind: 'named', name: 'A' }, { kind: 'literal', value: 1 }];
    for (const shape of plain) expect(mapShape(shape, other)).to.equal(shape);
  });
});
