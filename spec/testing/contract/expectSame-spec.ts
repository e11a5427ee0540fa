import { expect } from 'chai';
import { MalformedMessageError } from 'rxgate';
import { expectSame, isSame, show, showFrame } from '../../../lib/testing/contract/expectSame.js';

describe('show', () => {
  const circle: Record<string, unknown> = { name: 'o' };
  circle.self = circle;
  const rows: readonly (readonly [string, unknown, string])[] = [
    ['data as JSON', { a: [1, 'b', null] }, '{"a":[1,"b",null]}'],
    ['text in quotes', 'a', '"a"'],
    ['nothing', undefined, 'undefined'],
    ['bytes', new Uint8Array([1, 255]), 'bytes 1 255'],
    ['bytes within', { data: new Uint8Array([1, 255]) }, '{"data":"bytes 1 255"}'],
    ['an error by its name and text', new TypeError('no'), '"TypeError: no"'],
    ['an error that has fields of its own', new MalformedMessageError('in', 'no'), '"MalformedMessageError: no"'],
    ['an error within', [new TypeError('no')], '["TypeError: no"]'],
    ['a circle', circle, '{"name":"o","self":"…"}'],
    ['what is long, up to 300 characters', 'x'.repeat(400), `"${'x'.repeat(299)}… (402 characters)`],
  ];
  for (const [what, value, text] of rows)
    it(`shows ${what}`, () => {
      expect(show(value)).to.equal(text);
    });
});

describe('showFrame', () => {
  it('shows text as it is, but for what would break the line, and bytes as bytes', () => {
    expect(showFrame('{"a":"b"}')).to.equal('{"a":"b"}');
    expect(showFrame('a\nb\u0000')).to.equal('a\\nb\\u0000');
    expect(showFrame('x'.repeat(400))).to.equal(`${'x'.repeat(300)}… (400 characters)`);
    expect(showFrame(new Uint8Array([7]))).to.equal('bytes 7');
  });
});

describe('isSame', () => {
  const same: readonly (readonly [unknown, unknown])[] = [
    [1, 1],
    [NaN, NaN],
    [{ a: 1, b: undefined }, { a: 1 }],
    [{ a: [1, { b: 'c' }] }, { a: [1, { b: 'c' }] }],
    [new Uint8Array([1, 2]), Buffer.from([1, 2])],
    [null, null],
  ];
  const different: readonly (readonly [unknown, unknown])[] = [
    [1, '1'],
    [0, null],
    [null, {}],
    [undefined, null],
    [{ a: 1 }, { a: 1, b: 2 }],
    [{ a: 1, b: 2 }, { a: 1 }],
    [[], {}],
    [[1], [1, 2]],
    [new Uint8Array([1]), [1]],
    [new Uint8Array([1]), new Uint8Array([2])],
    ['ab', ['a', 'b']],
  ];
  for (const [a, b] of same)
    it(`takes ${show(a)} and ${show(b)} for the same`, () => {
      expect(isSame(a, b)).to.equal(true);
    });
  for (const [a, b] of different)
    it(`tells ${show(a)} from ${show(b)}`, () => {
      expect(isSame(a, b)).to.equal(false);
    });
});

describe('expectSame', () => {
  it('says what was expected, and what came', () => {
    expect(() => {
      expectSame('The replies', [1], [2]);
    }).to.throw('The replies: expected [2], but [1] came');
    expectSame('The replies', [1], [1]);
  });
});
