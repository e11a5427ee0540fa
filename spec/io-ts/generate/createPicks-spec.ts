import { expect } from 'chai';
import { createPicks } from '../../../lib/io-ts/generate/createPicks.js';
import { evaluate, type Generated } from '../../../lib/io-ts/generate/evaluate.js';

describe('createPicks', () => {
  const texts: string[] = [];
  const spied = (code: Generated) => {
    texts.push(code.text);
    return evaluate(code);
  };
  beforeEach(() => (texts.length = 0));

  const picked = (picks: ReturnType<typeof createPicks>, value: Record<string, unknown>): unknown => {
    picks.learn(Object.getOwnPropertyNames(value));
    return picks.pick ? picks.pick(value) : value;
  };

  it('makes a function for each order of keys, once, without the names that the type does not know', () => {
    const picks = createPicks({ a: 0, 'b"': 0, 1: 0 }, spied);
    const values = [{ a: 1, 'evil"': 2, 'b"': 3 }, { 'b"': 1, a: 2, 1: 3, evil: 4 }, { a: 1 }];
    for (const value of [...values, ...values]) {
      const { ['evil"']: _evil, evil: _other, ...rest } = value as Record<string, unknown>;
      const result = picked(picks, value);
      expect(result).to.deep.equal(rest);
      expect(Object.keys(result as object)).to.deep.equal(Object.keys(rest));
      expect(result === value).to.equal(value === values[2]);
    }
    expect(texts).to.have.length(2);
    expect(texts.join()).not.to.contain('evil');
  });

  it('makes a few, and does without from there on', () => {
    const picks = createPicks({ a: 0, b: 0 }, spied);
    for (let index = 0; index < 40; index++)
      expect(picked(picks, { [`k${index}`]: 0, b: 1, a: 2 })).to.deep.equal({ b: 1, a: 2 });
    expect(texts).to.have.length(16);
  });

  it('makes none for a field that would be the prototype', () => {
    const props = JSON.parse('{"__proto__":0,"a":0}') as object;
    expect(picked(createPicks(props, spied), JSON.parse('{"__proto__":7,"a":1,"b":2}') as Record<string, unknown>)).to.deep.equal(
      { a: 1 },
    );
    expect(texts).to.deep.equal([]);
  });
});
