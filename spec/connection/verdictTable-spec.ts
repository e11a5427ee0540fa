import { expect } from 'chai';
import { verdictTable } from '../../lib/connection/verdictTable.js';
import { verdictOnClose } from '../../lib/connection/verdict.js';
import { verdictOnStatus } from '../../lib/connection/verdictOnStatus.js';

describe('verdictTable', () => {
  const rows = [
    ['close', 1_000, 4_999, (code: number) => verdictOnClose(code)],
    ['status', 100, 599, (status: number) => verdictOnStatus(status)],
  ] as const;
  for (const [kind, first, last, decide] of rows)
    it(`is data that a reader can walk: the first line that matches decides: ${kind}`, () => {
      const wrong: number[] = [];
      for (let number = first; number <= last; number++) {
        const line = verdictTable.find(({ of, from, to }) => of === kind && number >= from && number <= to);
        if ((line?.verdict ?? 'retry') !== decide(number)) wrong.push(number);
      }
      expect(wrong).to.deep.equal([]);
    });

  it('has no line that says nothing, and advice only where one may come back', () => {
    expect(verdictTable.filter(({ from, to }) => from > to)).to.deep.equal([]);
    expect(verdictTable.filter(({ advised, verdict }) => advised && verdict !== 'retry')).to.deep.equal([]);
    expect(new Set(verdictTable.map((line) => line.of))).to.deep.equal(new Set(['close', 'status']));
  });
});
