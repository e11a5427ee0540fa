import { expect } from 'chai';
import { createRequire } from 'node:module';
import { isText, prepareFrame, wireOf } from '../../lib/server/prepareFrame.js';

interface SenderOfWs {
  frame(data: Buffer, options: object): readonly Buffer[];
}
const { Sender } = createRequire(import.meta.url)('ws') as { readonly Sender: SenderOfWs };

describe('prepareFrame', () => {
  for (const size of [0, 1, 125, 126, 127, 65_535, 65_536, 70_000])
    for (const kind of ['text', 'bytes'] as const)
      it(`frames ${size} bytes of ${kind} as ws does`, () => {
        const payload = Buffer.alloc(size, 'x');
        const frame = kind === 'text' ? payload.toString() : new Uint8Array(payload);
        const prepared = prepareFrame(frame);
        const wanted = Sender.frame(payload, { fin: true, opcode: kind === 'text' ? 1 : 2, mask: false });
        expect(Buffer.concat([wireOf(prepared)!]).equals(Buffer.concat([...wanted]))).to.equal(true);
        expect([isText(wireOf(prepared)!), prepared.length]).to.deep.equal([kind === 'text', size]);
      });

  it('counts the bytes of a text, not its characters, and is its payload', () => {
    const prepared = prepareFrame('"ä€😀"');
    expect(prepared.length).to.equal(11);
    expect(String(prepared)).to.equal('"ä€😀"');
    expect([...wireOf(prepared)!.subarray(0, 2)]).to.deep.equal([0x81, 11]);
  });

  it('has no wire form of frames that are not prepared', () => {
    expect([wireOf('text'), wireOf(new Uint8Array(1))]).to.deep.equal([undefined, undefined]);
  });
});
