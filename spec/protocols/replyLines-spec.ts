import { expect } from 'chai';
import fc from 'fast-check';
import { createReplyLines, type Waiter } from '../../lib/protocols/replyLines.js';

interface Asked extends Waiter {
  readonly id: number;
}

const asking = (id: number, topic?: string): Asked => ({ kind: 'request', id, ...(topic !== undefined && { topic }) });

describe('createReplyLines', () => {
  it('gives the replies of a type to who asked for one, in order', () => {
    const lines = createReplyLines<Asked>();
    for (const id of [1, 2]) lines.put('a', asking(id));
    lines.put('b', asking(3));
    expect(lines.take('a', undefined)?.id).to.equal(1);
    expect(lines.take('b', undefined)?.id).to.equal(3);
    expect(lines.take('a', undefined)?.id).to.equal(2);
    expect(lines.take('a', undefined)).to.equal(null);
  });

  it('gives a reply that names a topic to the first that asked for it, and one of another name to the first of all', () => {
    const lines = createReplyLines<Asked>();
    for (const [index, topic] of ['x', 'y', undefined, 'y'].entries()) lines.put('a', asking(index, topic));
    const taken = ['y', 'unheard of', 'y', 'y', 'y'].map((topic) => lines.take('a', topic)?.id);
    expect(taken).to.deep.equal([1, 0, 3, 2, undefined]);
  });

  it('knows for which types anybody ever waited', () => {
    const lines = createReplyLines<Asked>();
    lines.put('a', asking(1));
    lines.take('a', undefined);
    expect([lines.take('a', 'x'), lines.take('b', 'x')]).to.deep.equal([null, undefined]);
  });

  it('keeps one place for the same one in a row, with as many replies as it is there for', () => {
    const lines = createReplyLines<Asked>();
    const nobody = { id: 0 };
    for (const asked of [nobody, nobody, asking(1), nobody]) lines.put('a', asked);
    expect(Array.from({ length: 5 }, () => lines.take('a', undefined)?.id)).to.deep.equal([0, 0, 1, 0, undefined]);
    for (let sends = 0; sends < 100_000; sends++) lines.put('b', nobody);
    lines.put('b', asking(1, 'x'));
    expect([lines.take('b', 'x')?.id, lines.take('b', 'x')?.id]).to.deep.equal([1, 0]);
  });

  it('does what a list does that is searched from its beginning', () => {
    const topics = fc.constantFrom(undefined, 'x', 'y');
    const step = fc.record({ put: fc.boolean(), topic: topics });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const lines = createReplyLines<Asked>();
        const list: Asked[] = [];
        for (const [id, { put, topic }] of steps.entries())
          if (put) {
            lines.put('a', asking(id, topic));
            list.push(asking(id, topic));
          } else {
            const named = topic === undefined ? -1 : list.findIndex((asked) => asked.topic === topic);
            const [wanted] = list.splice(Math.max(0, named), 1);
            expect(lines.take('a', topic)?.id).to.equal(wanted?.id);
          }
      }),
      { seed: 4, numRuns: 500, verbose: true },
    );
  });
});
