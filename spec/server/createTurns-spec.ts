import { expect } from 'chai';
import { createTurns, type Held } from '../../lib/server/createTurns.js';
import { frozenTime } from '../testing/virtualTime.js';

describe('createTurns', () => {
  const time = frozenTime();
  const endOfTurn = (): void => time.tick(0);

  const setting = () => {
    const flushed: string[] = [];
    const held = (name: string): Held => ({ flush: () => void flushed.push(name) });
    return { turns: createTurns(), flushed, held };
  };

  it('flushes what is held at the end of its turn, once and in order', () => {
    const { turns, flushed, held } = setting();
    turns.hold(held('a'));
    turns.hold(held('b'));
    expect(flushed).to.deep.equal([]);
    endOfTurn();
    expect(flushed).to.deep.equal(['a', 'b']);
    turns.begin();
    endOfTurn();
    expect(flushed).to.deep.equal(['a', 'b']);
  });

  it('counts the turns in which something was written', () => {
    const { turns, held } = setting();
    const counts: number[] = [];
    const count = (): void => {
      endOfTurn();
      counts.push(turns.current);
    };
    count();
    turns.begin();
    turns.hold(held('a'));
    count();
    turns.begin();
    count();
    expect(counts).to.deep.equal([0, 1, 2]);
  });

  it('holds what is written in a flush for the turn after', () => {
    const { turns, flushed, held } = setting();
    const numbers: number[] = [];
    turns.hold({
      flush: () => {
        numbers.push(turns.current);
        turns.hold(held('later'));
        expect(flushed).to.deep.equal([]);
      },
    });
    endOfTurn();
    expect(flushed).to.deep.equal(['later']);
    expect(numbers).to.deep.equal([1]);
    expect(turns.current).to.equal(2);
  });
});
