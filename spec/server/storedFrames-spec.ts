import { expect } from 'chai';
import { prepareFrame } from '../../lib/server/prepareFrame.js';
import { createStoredFrames } from '../../lib/server/storedFrames.js';

describe('createStoredFrames', () => {
  it('gives back what it keeps: text, text that was prepared, and bytes', () => {
    const place = createStoredFrames();
    for (const [frame, read] of [
      ['{"é":"😀"}', '{"é":"😀"}'],
      [prepareFrame('ü, prepared'), 'ü, prepared'],
      [new Uint8Array([1, 2, 255]), Buffer.from([1, 2, 255])],
      [prepareFrame(new Uint8Array([3, 0])), Buffer.from([3, 0])],
      ['', ''],
    ] as const) {
      place.store([frame]);
      expect(place.read()).to.deep.equal([read]);
      expect(place.size).to.equal(Buffer.byteLength(read));
    }
  });

  it('keeps several frames of a message, and none, as they are', () => {
    const place = createStoredFrames();
    const frames = ['one', new Uint8Array([2])];
    place.store(frames);
    expect([place.read(), place.size]).to.deep.equal([frames, 4]);
    place.store([]);
    expect([place.read(), place.size]).to.deep.equal([[], 0]);
    place.store(['one again']);
    expect(place.read()).to.deep.equal(['one again']);
  });

  it('keeps frames that are shorter or longer than those before', () => {
    const place = createStoredFrames();
    for (const size of [10, 9, 1_000, 3, 500, 501]) {
      const frame = `${'x'.repeat(size - 1)}.`;
      place.store([frame]);
      expect(place.read()).to.deep.equal([frame]);
    }
  });

  it('gives bytes away that change no more when it is used again', () => {
    const place = createStoredFrames();
    place.store([new Uint8Array([1, 2])]);
    const [frame] = place.read();
    place.store([new Uint8Array([3, 4])]);
    expect(frame).to.deep.equal(Buffer.from([1, 2]));
  });
});
