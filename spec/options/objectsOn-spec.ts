import { expect } from 'chai';
import { objectsOn } from '../../lib/options/objectsOn.js';

interface Counter {
  count: number;
  add(): number;
}

describe('objectsOn', () => {
  const counter = objectsOn<Counter>({
    add(this: Counter) {
      return ++this.count;
    },
  });

  it('makes objects with fields of their own and methods in common', () => {
    const [one, other] = [counter({ count: 1 }), counter({ count: 5 })];
    one.add();
    expect([one.count, other.count]).to.deep.equal([2, 5]);
    expect(Object.keys(one)).to.deep.equal(['count']);
    expect(one.add).to.equal(other.add);
  });

  it('leaves getters of the prototype to be asked for', () => {
    const size = objectsOn<{ readonly items: string[]; readonly size: number }>({
      get size() {
        return (this as unknown as { items: string[] }).items.length;
      },
    })({ items: ['a', 'b'] });
    expect(size.size).to.equal(2);
  });
});
