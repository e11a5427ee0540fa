import { expect } from 'chai';
import { id, UUID } from '../../lib/io-ts/id.js';

describe('id', () => {
  it('takes strings that are not empty, and has the name of its kind', () => {
    const OrderId = id('OrderId');
    expect([OrderId.name, OrderId.is('7'), OrderId.is(''), OrderId.is(7)]).to.deep.equal(['OrderId', true, false, false]);
    expect(OrderId.decode('7')).to.deep.equal({ _tag: 'Right', right: '7' });
  });

  it('throws a TypeError for a kind without a name', () => {
    expect(() => id('')).to.throw(TypeError, 'id: name must be a non-empty string');
  });
});

describe('UUID', () => {
  it('takes UUIDs of either case, and nothing else', () => {
    const uuid = '123e4567-e89b-12d3-a456-426614174000';
    expect([uuid, uuid.toUpperCase()].every(UUID.is)).to.equal(true);
    expect([`${uuid}0`, ` ${uuid}`, uuid.replaceAll('-', ''), uuid.replace('1', 'g'), ''].filter(UUID.is)).to.deep.equal([]);
  });
});
