import { expect } from 'chai';
import { restShape } from '../../lib/asyncapi/restShape.js';

describe('restShape', () => {
  it('is what further properties have to be: any value, none, or of a shape', () => {
    const kinds = [true, false, { kind: 'string' } as const].map((rest) => restShape({ rest }).kind);
    expect(kinds).to.deep.equal(['unknown', 'nothing', 'string']);
  });
});
