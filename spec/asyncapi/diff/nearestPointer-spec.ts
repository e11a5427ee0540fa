import { expect } from 'chai';
import { nearestPointer } from '../../../lib/asyncapi/diff/nearestPointer.js';

describe('nearestPointer', () => {
  it('goes as far as the document does', () => {
    const document = { 'a/b~': [{ c: null }] };
    expect(nearestPointer(document, '#/a~1b~0/0/c')).to.equal('#/a~1b~0/0/c');
    expect(nearestPointer(document, '#/a~1b~0/0/c/d')).to.equal('#/a~1b~0/0/c');
    expect(nearestPointer(document, '#/a~1b~0/1')).to.equal('#/a~1b~0');
    expect(nearestPointer(document, '#/toString')).to.equal('#');
  });
});
