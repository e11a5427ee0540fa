import { expect } from 'chai';
import { config } from 'rxjs';
import { createFrameBatch } from '../../lib/connection/frameBatch.js';
import { frozenTime } from '../testing/virtualTime.js';

describe('createFrameBatch', () => {
  const time = frozenTime();
  const join = (frames: readonly string[]): string => `[${frames.join()}]`;
  const setting = () => {
    const sent: string[] = [];
    const batch = createFrameBatch((frame) => sent.push(frame));
    const add = (...frames: readonly string[]): void => {
      for (const frame of frames) batch.add(frame, join);
    };
    return { batch, sent, add };
  };

  it('makes one frame of several, in order, and is empty then', () => {
    const { batch, sent, add } = setting();
    add('a', 'bc');
    expect([sent, batch.size]).to.deep.equal([[], 5]);
    batch.flush();
    expect([sent, batch.size]).to.deep.equal([['[a,bc]'], 0]);
    batch.flush();
    add('d', 'e');
    batch.flush();
    expect(sent).to.deep.equal(['[a,bc]', '[d,e]']);
  });

  it('sends one alone as it is', () => {
    const { batch, sent, add } = setting();
    add('a');
    batch.flush();
    expect(sent).to.deep.equal(['a']);
  });

  it('reaches 16,384 characters and no more; what there is no room for begins the next one', () => {
    const room = 16_384 - '[a,]'.length;
    for (const [length, sizes] of [
      [room, [16_384]],
      [room + 1, [1, room + 1]],
    ] as const) {
      const { batch, sent, add } = setting();
      add('a', 'b'.repeat(length));
      batch.flush();
      expect(sent.map((frame) => frame.length)).to.deep.equal(sizes);
    }
  });

  it('leaves when it is full: ten thousand frames are in few, each once and in order', () => {
    const { batch, sent, add } = setting();
    const frames = Array.from({ length: 10_000 }, (_, index) => `"${index}"`.padEnd(50));
    add(...frames);
    batch.flush();
    for (const { length } of sent.slice(0, -1)) expect(length).to.be.within(16_300, 16_384);
    expect(sent.map((frame) => frame.slice(1, -1)).join()).to.equal(frames.join());
  });

  it('has at most 1,000 frames, however short they are', () => {
    const { batch, sent, add } = setting();
    add(...Array.from({ length: 2_001 }, () => '1'));
    batch.flush();
    expect(sent.map((frame) => frame.split(',').length)).to.deep.equal([1_000, 1_000, 1]);
  });

  it('sends a frame that is too long for it alone and as it is, and nothing overtakes it', () => {
    const { batch, sent, add } = setting();
    const long = 'x'.repeat(20_000);
    add('a', 'b', long, 'c', 'd');
    batch.flush();
    expect(sent).to.deep.equal(['[a,b]', long, '[c,d]']);
  });

  it('sends each by itself where they cannot be joined, and reports why as an error that nobody handles', () => {
    const unhandled: unknown[] = [];
    const former = config.onUnhandledError;
    config.onUnhandledError = (problem) => void unhandled.push(problem);
    try {
      const { batch, sent } = setting();
      for (const frame of ['a', 'b'])
        batch.add(frame, () => {
          throw new Error('thrown');
        });
      batch.flush();
      expect([sent, batch.size]).to.deep.equal([['a', 'b'], 0]);
      time.tick(1);
      expect(unhandled.map(String)).to.deep.equal(['Error: thrown']);
    } finally {
      config.onUnhandledError = former;
    }
  });

  it('takes what is sent while it is flushed into the next one', () => {
    const sent: string[] = [];
    const batch = createFrameBatch((frame) => {
      sent.push(frame);
      if (sent.length === 1) batch.add('late', join);
    });
    batch.add('a', join);
    batch.flush();
    expect([sent, batch.size]).to.deep.equal([['a'], 5]);
    batch.flush();
    expect(sent).to.deep.equal(['a', 'late']);
  });
});
