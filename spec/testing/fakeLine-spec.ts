import { expect } from 'chai';
import { createFakeLine, type FakeLine } from '../../lib/testing/fakeLine.js';
import { frozenTime } from './virtualTime.js';

describe('createFakeLine', () => {
  const time = frozenTime();
  let heard: string[];
  beforeEach(() => {
    heard = [];
  });
  const put = (line: FakeLine, ...names: string[]): void => {
    for (const name of names) line.put(() => heard.push(name));
  };

  it('lets out what was put in after its latency, in order', () => {
    const line = createFakeLine(5);
    put(line, 'a');
    time.tick(3);
    put(line, 'b', 'c');
    time.tick(1);
    expect(heard).to.deep.equal([]);
    time.tick(1);
    expect(heard).to.deep.equal(['a']);
    time.tick(3);
    expect(heard).to.deep.equal(['a', 'b', 'c']);
  });

  it('lets nothing out in the turn in which it was put in, even without a latency', () => {
    const line = createFakeLine(0);
    put(line, 'a');
    expect(heard).to.deep.equal([]);
    time.tick(1);
    expect(heard).to.deep.equal(['a']);
  });

  it('holds what arrives while it is silent, and goes on in order', () => {
    const line = createFakeLine(5);
    put(line, 'under way');
    line.silence();
    put(line, 'a', 'b');
    time.tick(100);
    expect(heard).to.deep.equal([]);
    line.speak();
    put(line, 'c');
    expect(heard).to.deep.equal(['under way', 'a', 'b']);
    time.tick(5);
    expect(heard.at(-1)).to.equal('c');
  });

  it('holds nothing that arrives after it spoke again', () => {
    const line = createFakeLine(5);
    line.silence();
    put(line, 'a');
    line.speak();
    expect(heard).to.deep.equal([]);
    time.tick(5);
    expect(heard).to.deep.equal(['a']);
  });

  for (const [what, stop, rest] of [
    ['silenced', (line: FakeLine) => line.silence(), ['b']],
    ['cut', (line: FakeLine) => line.cut(), []],
  ] as const)
    it(`may be ${what} by what it lets out`, () => {
      const line = createFakeLine(0);
      line.silence();
      line.put(() => {
        heard.push('a');
        stop(line);
      });
      put(line, 'b');
      time.tick(1);
      line.speak();
      expect(heard).to.deep.equal(['a']);
      line.speak();
      expect(heard.slice(1)).to.deep.equal(rest);
    });

  it('lets nothing out once it is cut: what is under way, what is held, or what comes later', () => {
    const line = createFakeLine(5);
    line.silence();
    put(line, 'held');
    time.tick(5);
    put(line, 'under way');
    line.cut();
    const { timers } = time;
    put(line, 'later');
    expect(time.timers).to.equal(timers);
    line.speak();
    time.tick(100);
    expect(heard).to.deep.equal([]);
    expect(time.timers).to.equal(0);
  });
});
