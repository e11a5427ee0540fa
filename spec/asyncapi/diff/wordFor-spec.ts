import { expect } from 'chai';
import { wordFor } from '../../../lib/asyncapi/diff/wordFor.js';
import type { Shape } from '../../../lib/asyncapi/shape.js';

describe('wordFor', () => {
  it('has a word for each kind, and each word once', () => {
    const text: Shape = { kind: 'string' };
    const rows: readonly (readonly [shape: Shape, word: string])[] = [
      [{ kind: 'literal', value: 'x' }, '"x"'],
      [{ kind: 'number', integer: true }, 'integer'],
      [{ kind: 'number' }, 'number'],
      [{ kind: 'union', members: [text, text, { kind: 'null' }], exclusive: false }, 'string | null'],
      [{ kind: 'intersection', members: [text, { kind: 'named', name: 'T' }] }, 'string & T'],
      [{ kind: 'unknown' }, 'any value'],
      [{ kind: 'absent' }, 'nothing'],
      [{ kind: 'nothing' }, 'no value'],
      [{ kind: 'tuple', items: [text, text] }, 'list of 2'],
      [{ kind: 'array', items: text }, 'list'],
      [{ kind: 'object', properties: [], rest: true }, 'object'],
    ];
    for (const [shape, word] of rows) expect(wordFor(shape)).to.equal(word);
  });
});
