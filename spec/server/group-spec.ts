import { expect } from 'chai';
import { type Group, hasMember, membersOf, sizeOf, withMember, withoutMember } from '../../lib/server/group.js';

describe('a group', () => {
  const a = { name: 'a' };
  const b = { name: 'b' };
  const c = { name: 'c' };
  const listed = (group: Group<{ name: string }>) => [...membersOf(group)].map(({ name }) => name).join('');

  it('is nothing, its only member, or a set', () => {
    const alone = withMember(undefined, a);
    expect(alone).to.equal(a);
    expect(withMember(alone, b)).to.deep.equal(new Set([a, b]));
    expect(withoutMember(alone, a)).to.equal(undefined);
  });

  it('holds each member once, in order', () => {
    const group = [a, b, a, c, b].reduce<Group<typeof a>>(withMember, undefined);
    expect(listed(group)).to.equal('abc');
    expect(listed(withMember(a, a))).to.equal('a');
    expect(listed(undefined)).to.equal('');
  });

  it('loses the members that are taken out, and no other', () => {
    let group = withMember(withMember(undefined, a), b);
    group = withoutMember(group, c);
    group = withoutMember(group, a);
    expect([listed(group), hasMember(group, a), hasMember(group, b)]).to.deep.equal(['b', false, true]);
    expect(withoutMember(group, b)).to.equal(undefined);
    expect(withoutMember(a, b)).to.equal(a);
  });

  it('knows its size', () => {
    expect([undefined, a, withMember(withMember(undefined, a), b)].map((group) => sizeOf(group))).to.deep.equal([0, 1, 2]);
  });
});
