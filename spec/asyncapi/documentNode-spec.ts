import { expect } from 'chai';
import {
  entriesOf,
  fieldsOf,
  itemsOf,
  member,
  nodeAt,
  pointerTo,
  referenceOf,
  resolved,
  textOf,
  trailOf,
} from '../../lib/asyncapi/documentNode.js';

const at = (value: unknown) => ({ value, pointer: '#' });

describe('documentNode', () => {
  it('knows the pointer of each member, escaped', () => {
    expect(pointerTo('#', 'a/b~c')).to.equal('#/a~1b~0c');
    expect(member(at({ 'a/b': [1, 2] }), 'a/b')).to.deep.equal({ value: [1, 2], pointer: '#/a~1b' });
    expect(itemsOf(member(at({ a: [1] }), 'a'))).to.deep.equal([{ value: 1, pointer: '#/a/0' }]);
    expect(entriesOf(at({ a: 1 }))).to.deep.equal([['a', { value: 1, pointer: '#/a' }]]);
    expect([entriesOf(at(undefined)), itemsOf(at(undefined))]).to.deep.equal([[], []]);
  });

  it('counts only what the document itself has', () => {
    expect(member(at({}), 'toString').value).to.equal(undefined);
    expect(member(at('text'), 'length').value).to.equal(undefined);
  });

  it('refuses other kinds, with the pointer', () => {
    expect(() => fieldsOf(at([]))).to.throw('#: must be an object');
    expect(() => fieldsOf(member(at({}), 'a'))).to.throw('#/a: is missing');
    expect(() => itemsOf(at({}))).to.throw('#: must be a list');
    expect(() => textOf(at(7))).to.throw('#: must be a string');
    expect(() => referenceOf(at({ $ref: 7 }))).to.throw('#/$ref: must be a string');
  });

  it('follows references, and tells the way', () => {
    const root = at({ a: { $ref: '#/b~1c' }, 'b/c': { $ref: '#/d%20e' }, 'd e': 1 });
    expect(trailOf(root, member(root, 'a')).map(({ pointer }) => pointer)).to.deep.equal(['#/a', '#/b~1c', '#/d e']);
    expect(resolved(root, member(root, 'a'))).to.deep.equal({ value: 1, pointer: '#/d e' });
    expect(referenceOf(at({ $ref: '#' }))).to.equal('#');
  });

  it('refuses references to nowhere, outside and in circles', () => {
    const root = at({ a: { $ref: '#/b' }, b: { $ref: '#/a' } });
    expect(() => resolved(root, member(root, 'a'))).to.throw('#/a: these references lead to each other');
    expect(() => nodeAt(root, '#/none', '#/here')).to.throw('#/here: "#/none" leads to nothing in this document');
    expect(() => referenceOf(at({ $ref: 'x.json' }))).to.throw('#/$ref: "x.json" leads outside');
  });
});
