import { expect } from 'chai';
import fc from 'fast-check';
import { escapeStomp, unescapeStomp } from '../../lib/protocols/stompText.js';
import { anyText } from '../support/anyText.js';

const seed = 1202;

describe('escapes of STOMP 1.2', () => {
  it('are those four of the specification', () => {
    expect(escapeStomp('a\\b\nc\rd:e\t\0é')).to.equal('a\\\\b\\nc\\rd\\ce\t\0é');
    expect(unescapeStomp('a\\\\b\\nc\\rd\\ce\t')).to.equal('a\\b\nc\rd:e\t');
  });

  it('are undone in one go: what an escape gives is not looked at again', () => {
    expect(unescapeStomp('\\\\n\\\\\\c')).to.equal('\\n\\:');
  });

  it('are not known beyond these', () => {
    for (const text of ['\\t', '\\', 'a\\', '\\\\\\', '\\N', '\\\n', '\\0'])
      expect(() => unescapeStomp(text), JSON.stringify(text)).to.throw(TypeError, 'a header is wrong');
  });

  it(`bring back any text, and leave none of the letters that a head is made of (seed ${seed})`, () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect(unescapeStomp(escapeStomp(text))).to.equal(text);
        expect(escapeStomp(text)).to.not.match(/[\r\n:]/);
      }),
      { seed, numRuns: 100 },
    );
  });
});
