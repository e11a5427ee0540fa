import { expect } from 'chai';
import { lastOf } from '../../lib/options/lastOf.js';

describe('lastOf', () => {
  it('makes one for one argument, and another when it is asked with another', () => {
    const asked: string[] = [];
    const boxOf = lastOf((text: string) => {
      asked.push(text);
      return { text };
    });
    const first = boxOf('a');
    expect(boxOf('a')).to.equal(first);
    expect(boxOf('b')).to.deep.equal({ text: 'b' });
    expect(boxOf('a')).to.not.equal(first);
    expect(asked).to.deep.equal(['a', 'b', 'a']);
  });

  it('keeps what was made of nothing, and what came to nothing', () => {
    let made = 0;
    const none = lastOf((from: undefined): undefined => {
      made++;
      return from;
    });
    expect([none(undefined), none(undefined)]).to.deep.equal([undefined, undefined]);
    expect(made).to.equal(1);
  });
});
