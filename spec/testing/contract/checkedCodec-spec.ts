import { expect } from 'chai';
import { MalformedMessageError } from 'rxgate';
import type { Codec, Message } from 'rxgate/protocols';
import { checkedCodec } from '../../../lib/testing/contract/checkedCodec.js';

const reply: Message = { kind: 'reply', id: 1, data: 7, last: true };

describe('checkedCodec', () => {
  const watched = (codec: Partial<Codec>) => {
    const faults: string[] = [];
    const checked = checkedCodec({ encode: () => 'frame', decode: () => [], ...codec }, (text) => faults.push(text));
    return { checked, faults };
  };

  it('does what the codec does, with all that it has', () => {
    let left = 0;
    const codec: Codec = {
      encode: () => ['a', 'b'],
      decode: () => reply,
      greeting: { open: () => [], accept: () => 'wait' },
      farewell: () => ['bye'],
      get resume() {
        return ++left;
      },
    };
    const checked = checkedCodec(codec, (text) => expect.fail(text));
    expect(checked.encode({ kind: 'request', id: 1, command: 'x' })).to.deep.equal(['a', 'b']);
    expect(checked.decode('x')).to.equal(reply);
    expect(checked.greeting).to.equal(codec.greeting);
    expect(checked.farewell?.()).to.deep.equal(['bye']);
    expect([checked.resume, checked.resume]).to.deep.equal([1, 2]);
  });

  it('finds fault with a decode that throws, and throws as it does', () => {
    const { checked, faults } = watched({
      decode: () => {
        throw new Error('broken');
      },
    });
    expect(() => checked.decode('{"a"}')).to.throw('broken');
    expect(faults).to.deep.equal(['decode threw "Error: broken" on the frame {"a"}: it is to give a message of kind malformed']);
  });

  it('finds fault with what is no message, alone or among others, and in answers', () => {
    const no = { kind: 'reply', id: 1 } as Message;
    const { checked, faults } = watched({ decode: () => [reply, no], encode: () => ({ frames: [], answers: [no] }) });
    checked.decode('x');
    checked.encode({ kind: 'ping' });
    expect(faults).to.have.length(2);
    expect(faults[0]).to.match(/decode gave what is no message: the last of a reply/);
  });

  it('finds fault with an id that comes back as a string', () => {
    const { checked, faults } = watched({ decode: () => ({ ...reply, id: '1' }) });
    checked.decode('x');
    expect(faults).to.deep.equal([]);
    checked.encode({ kind: 'request', id: 1, command: 'x' });
    checked.decode('x');
    expect(faults).to.deep.equal(['a reply has the id "1": it was asked with the number, and is to come back as one']);
  });

  for (const [what, frame, quotes] of [
    ['a frame', '{"token":"secret"', true],
    ['the beginning of a frame', `{"token":"${'s'.repeat(100)}"`, true],
    ['nothing of a frame', '{"other":"secret"', false],
    ['a word of the protocol', 'NEWS', false],
  ] as const)
    it(`${quotes ? 'finds' : 'does not find'} fault with an error that quotes ${what}`, () => {
      const error = new MalformedMessageError('in', `NEWS: {"token":"secret" and {"token":"${'s'.repeat(90)} cannot be read`);
      const { checked, faults } = watched({ decode: () => ({ kind: 'malformed', error }) });
      checked.decode(frame);
      expect(faults).to.have.length(quotes ? 1 : 0);
    });
});
