import { expect } from 'chai';
import fc from 'fast-check';
import { createDueLine } from '../../lib/connection/dueLine.js';

const seed = 20261120;

describe('createDueLine', () => {
  it('has nothing due while it is empty', () => {
    const line = createDueLine();
    expect(line.next).to.equal(Infinity);
    expect(line.take(Infinity)).to.deep.equal([]);
  });

  it(`gives out what is due, the earliest first, and keeps the rest (seed ${seed})`, () => {
    const steps = fc.array(fc.oneof(fc.record({ add: fc.nat(50) }), fc.record({ take: fc.nat(50) })), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (all) => {
        const line = createDueLine<{ due: number }>();
        let model: number[] = [];
        for (const step of all) {
          if ('add' in step) {
            line.add({ due: step.add });
            model = [...model, step.add].sort((a, b) => a - b);
          } else {
            expect(line.take(step.take).map(({ due }) => due)).to.deep.equal(model.filter((due) => due <= step.take));
            model = model.filter((due) => due > step.take);
          }
          expect(line.next).to.equal(model[0] ?? Infinity);
        }
      }),
      { seed },
    );
  });

  it('forgets all when it is cleared', () => {
    const line = createDueLine<{ due: number }>();
    line.add({ due: 1 });
    line.clear();
    expect(line.next).to.equal(Infinity);
    expect(line.take(1)).to.deep.equal([]);
  });
});
