import { expect } from 'chai';
import { frames, inMessage } from '../../lib/protocols/commandNotifyFrames.js';

describe('commandNotifyFrames', () => {
  it('has a frame for each kind that comes seldom, under a name of its own', () => {
    const types = frames.map(([type]) => type);
    expect(new Set(types).size).to.equal(types.length);
    expect(new Set(frames.map(([, kind]) => kind))).to.deep.equal(
      new Set(['failure', 'cancel', 'subscribe', 'confirmation', 'refusal', 'unsubscribe', 'ended', 'ping', 'pong']),
    );
  });

  it('has pings and pongs in both cases, with the same fields', () => {
    for (const kind of ['ping', 'pong']) {
      const [lower, upper, ...more] = frames.filter((frame) => frame[1] === kind);
      expect(more).to.deep.equal([]);
      expect([lower?.[0], upper?.[0]]).to.deep.equal([kind, kind.toUpperCase()]);
      expect(lower?.slice(2)).to.deep.equal(upper?.slice(2));
    }
  });

  it('begins all but pings, pongs and ends with the id', () => {
    const without = frames.filter(([, , first]) => first?.[0] !== 'id').map(([type]) => type);
    expect(without).to.deep.equal(['ENDED', 'ping', 'PING', 'pong', 'PONG']);
  });

  it('names no field of a frame twice, in the frame or in its message', () => {
    for (const [type, , ...fields] of frames)
      for (const names of [fields.map(([name]) => name), fields.map(([name]) => inMessage(name))])
        expect(new Set(names).size, type).to.equal(names.length);
  });

  it('calls the text of an error a message, and nothing else otherwise than the frame', () => {
    expect(['error', 'code', 'id'].map(inMessage)).to.deep.equal(['message', 'code', 'id']);
  });
});
