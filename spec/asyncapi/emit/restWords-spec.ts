import { expect } from 'chai';
import { restWords } from '../../../lib/asyncapi/emit/restWords.js';
import type { ObjectShape, Shape } from '../../../lib/asyncapi/shape.js';

const shapes: Readonly<Record<string, Shape>> = {
  Plain: { kind: 'array', items: { kind: 'string' } },
  Loop: { kind: 'array', items: { kind: 'named', name: 'Loop' } },
};
const behind = (shape: Shape): Shape => (shape.kind === 'named' ? (shapes[shape.name] ?? shape) : shape);
const object = (rest: boolean | Shape): ObjectShape => ({
  kind: 'object',
  properties: [{ name: 'a', required: true, shape: { kind: 'string' } }],
  rest,
});

describe('restWords', () => {
  it('says what further properties may be', () => {
    expect(restWords(object(true), true, behind)).to.deep.equal({});
    expect(restWords(object(false), false, behind)).to.deep.equal({ additionalProperties: false });
    expect(restWords(object(false), true, behind)).to.deep.equal({ properties: { a: {} }, additionalProperties: false });
    expect(restWords(object({ kind: 'named', name: 'Plain' }), true, behind)).to.deep.equal({
      properties: { a: {} },
      additionalProperties: { type: 'array', items: { type: 'string' } },
    });
  });

  it('marks what would be as long as a book without names', () => {
    const twice = (shape: Shape): Shape => {
      const next: Shape = { kind: 'named', name: `${shape.kind === 'named' ? shape.name : ''}x` };
      return shape.kind === 'named' && shape.name.length < 30 ? { kind: 'tuple', items: [next, next] } : { kind: 'null' };
    };
    expect(restWords(object({ kind: 'named', name: 'x' }), true, twice)).to.deep.equal({ 'x-further': true });
  });

  it('marks what has no schema without names', () => {
    const inside: Shape = { kind: 'union', exclusive: false, members: [{ kind: 'null' }, { kind: 'named', name: 'Loop' }] };
    expect(restWords(object(inside), true, behind)).to.deep.equal({ 'x-further': true });
  });
});
