import { expect } from 'chai';
import { writeChannel } from '../../../lib/asyncapi/export/writeChannel.js';
import type { PropertyShape, Shape } from '../../../lib/asyncapi/shape.js';

const property = (name: string, shape: Shape, required = true): PropertyShape => ({ name, required, shape });
const params = (...properties: readonly PropertyShape[]): Shape => ({ kind: 'object', properties, rest: true });
const text: Shape = { kind: 'string' };

describe('writeChannel', () => {
  it('says with parameters what they can say', () => {
    const side: Shape = {
      kind: 'union',
      exclusive: false,
      members: [
        { kind: 'literal', value: 'b' },
        { kind: 'literal', value: 's' },
      ],
    };
    const expected = { address: 't:{a}:{b}', parameters: { a: {}, b: { enum: ['b', 's'] } } };
    expect(writeChannel('t:{a}:{b}', params(property('a', text), property('b', side)))).to.deep.equal(expected);
    expect(writeChannel('t:{a}', undefined)).to.deep.equal({ address: 't:{a}', parameters: { a: {} } });
    expect(writeChannel('t', undefined)).to.deep.equal({ address: 't' });
  });

  it('keeps the schema of what they cannot say', () => {
    const number = params(property('a', { kind: 'number' }));
    for (const shape of [number, params(property('a', text), property('more', text, false)), params(property('a', text, false))])
      expect(writeChannel('t:{a}', shape)).to.have.property('x-rxgate-params');
    for (const more of [{ rest: false }, { maxProperties: 1 }, { minProperties: 1 }])
      expect(writeChannel('t:{a}', { ...params(property('a', text)), ...more })).to.have.property('x-rxgate-params');
    for (const shape of [number, params()]) expect(writeChannel('t', shape)).to.have.property('x-rxgate-params');
  });

  it('marks the name of a topic that looks like a path', () => {
    expect(writeChannel('/status', undefined)).to.deep.equal({ address: '/status', 'x-rxgate-topic': '/status' });
    expect(writeChannel('/s/{a}', undefined)).to.not.have.property('x-rxgate-topic');
  });
});
