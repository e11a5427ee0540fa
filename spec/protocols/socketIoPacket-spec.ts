import { expect } from 'chai';
import fc from 'fast-check';
import {
  isName,
  parseJson,
  readSocketIoPacket,
  type SocketIoPacket,
  writeSocketIoPacket,
} from '../../lib/protocols/socketIoPacket.js';
import { change } from '../support/anyFrame.js';
import { anyPacket } from '../support/anyPacket.js';
import { parserFrames, parserPackets } from '../support/socketIoParser.js';

const seed = 20261130;
const event = (data: readonly unknown[], more: Partial<SocketIoPacket> = {}): SocketIoPacket => ({
  type: 2,
  namespace: '/',
  ...more,
  data,
});
const write = (packet: SocketIoPacket, maxAttachments = 10) => writeSocketIoPacket(packet, maxAttachments);
const read = (text: string, ...attachments: Uint8Array[]) => readSocketIoPacket(text, 10).complete(attachments);
const readAll = ([text, ...attachments]: readonly (string | Uint8Array)[]) =>
  read(text as string, ...(attachments as Uint8Array[]));
/** Without the fields that are not there. */
const plain = ({ type, namespace, id, data }: SocketIoPacket) => ({
  type,
  nsp: namespace,
  ...(id !== undefined && { id }),
  data,
});

describe('socketIoPacket', () => {
  describe('writing', () => {
    it('puts the type, the namespace but the default one, the id and the data into a text', () => {
      expect(write(event(['news', { n: 1 }]))).to.deep.equal(['42["news",{"n":1}]']);
      expect(write(event(['ask'], { namespace: '/a', id: 0 }))).to.deep.equal(['42/a,0["ask"]']);
      expect(write({ type: 0, namespace: '/a', data: { token: 'x' } })).to.deep.equal(['40/a,{"token":"x"}']);
      expect(write({ type: 1, namespace: '/' })).to.deep.equal(['41']);
      expect(write({ type: 3, namespace: '/', id: 12, data: [] })).to.deep.equal(['4312[]']);
    });

    it('puts bytes of every kind into frames of their own, wherever they are', () => {
      const list = Uint16Array.of(1, 2);
      const [text, ...attachments] = write(
        event(['up', Buffer.from('a'), { deep: [new DataView(Uint8Array.of(9, 8, 7).buffer, 1)] }, list, list.buffer], { id: 3 }),
      );
      expect(text).to.equal(
        '454-3["up",{"_placeholder":true,"num":0},{"deep":[{"_placeholder":true,"num":1}]},' +
          '{"_placeholder":true,"num":2},{"_placeholder":true,"num":3}]',
      );
      expect(attachments.map((bytes) => [...(bytes as Uint8Array)])).to.deep.equal([[97], [8, 7], [1, 0, 2, 0], [1, 0, 2, 0]]);
      expect(write({ type: 3, namespace: '/a', id: 3, data: [Uint8Array.of(1)] })[0]).to.equal(
        '461-/a,3[{"_placeholder":true,"num":0}]',
      );
    });

    it('takes what has JSON of its own by that, and not by its fields', () => {
      const date = new Date(0);
      expect(write(event(['x', date, { toJSON: () => Uint8Array.of(1) }]))).to.deep.equal([
        '451-["x","1970-01-01T00:00:00.000Z",{"_placeholder":true,"num":0}]',
        Uint8Array.of(1),
      ]);
    });

    it('knows bytes by what they are, and not by a name that a class of the application gave itself', () => {
      const named = (tag: string) => ({ [Symbol.toStringTag]: tag, a: 1 });
      expect(write(event(['x', named('RingBuffer'), named('FileList')]))).to.deep.equal(['42["x",{"a":1},{"a":1}]']);
    });

    it('refuses what would be lost, and what makes a server hang up', () => {
      expect(() => write(event(['up', new Blob(['a'])]))).to.throw(TypeError, 'arrayBuffer()');
      expect(() => write(event(['up', { file: new File(['a'], 'a') }]))).to.throw(TypeError, 'arrayBuffer()');
      const bytes = Array.from({ length: 11 }, () => Uint8Array.of(1));
      expect(() => write(event(['up', ...bytes]))).to.throw(RangeError, '10 attachments (maxAttachments)');
      expect(write(event(['up', ...bytes]), 11)).to.have.length(12);
      for (const name of ['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener'])
        expect(() => write(event([name])), name).to.throw(TypeError, 'reserved');
      expect(write({ type: 3, namespace: '/', id: 1, data: ['connect'] })).to.deep.equal(['431["connect"]']);
    });

    it(`writes what Socket.IO's own parser writes (seed ${seed})`, () => {
      fc.assert(
        fc.property(anyPacket, (packet) => {
          const ours = write(packet);
          expect(ours).to.deep.equal(parserFrames(plain(packet)));
        }),
        { seed, numRuns: 500 },
      );
    });
  });

  describe('reading', () => {
    it(`gives back what was written, as Socket.IO's own parser does (seed ${seed})`, () => {
      fc.assert(
        fc.property(anyPacket, (packet) => {
          const frames = write(packet);
          const ours = readAll(frames);
          expect(JSON.stringify(plain(ours))).to.equal(JSON.stringify(plain(packet)));
          expect(plain(ours)).to.deep.equal(plain(readAll(parserFrames(plain(packet)))));
          const theirs = parserPackets(frames).map(({ type, nsp, id, data }) => ({
            type,
            nsp,
            ...(id !== undefined && { id }),
            data,
          }));
          expect(JSON.stringify(theirs)).to.equal(JSON.stringify([{ ...plain(packet), data: asBuffers(packet.data) }]));
        }),
        { seed, numRuns: 500 },
      );
    });

    it('tells how many attachments are to come, and puts each where its number stands', () => {
      const head = readSocketIoPacket('452-/a,7["x",[{"_placeholder":true,"num":1}],{"_placeholder":true,"num":0}]', 2);
      expect(head.count).to.equal(2);
      const [one, two] = [Uint8Array.of(1), Uint8Array.of(2)];
      expect(head.complete([one, two])).to.deep.equal({ type: 2, namespace: '/a', id: 7, data: ['x', [two], one] });
    });

    it('takes a placeholder for what it is only where there are attachments', () => {
      const placeholder = { _placeholder: true, num: 0 };
      expect(read('42["x",{"_placeholder":true,"num":0}]').data).to.deep.equal(['x', placeholder]);
    });

    it('keeps keys that objects have', () => {
      const { data } = read('451-["x",{"__proto__":{"_placeholder":true,"num":0}}]', Uint8Array.of(5));
      const [, given] = data as readonly object[];
      expect(Object.entries(given as object)).to.deep.equal([['__proto__', Uint8Array.of(5)]]);
      expect(Object.getPrototypeOf(given)).to.equal(Object.prototype);
    });

    it('makes an object of a refusal in mere words', () => {
      expect(read('44"no"').data).to.deep.equal({ message: 'no' });
      expect(read('44/a,{"message":"no","data":7}')).to.deep.include({ namespace: '/a', data: { message: 'no', data: 7 } });
    });

    it('bounds the attachments by maxAttachments', () => {
      expect(() => readSocketIoPacket('453-["x"]', 2)).to.throw(RangeError, '2 attachments (maxAttachments)');
      expect(() => readSocketIoPacket(`45${'9'.repeat(400)}-["x"]`, 2)).to.throw(RangeError);
      expect(() => readSocketIoPacket('451-["x"]', 0)).to.throw(RangeError);
    });

    it('knows an id that is safe from one that is not', () => {
      expect(read('42999999999999999["x"]').id).to.equal(999_999_999_999_999);
      expect(() => read('429999999999999999["x"]')).to.throw(TypeError);
    });

    it(`reads of mutated frames no more than Socket.IO's own parser, and the same (seed ${seed})`, () => {
      let good = 0;
      fc.assert(
        fc.property(anyPacket, fc.array(change, { minLength: 1, maxLength: 2 }), (packet, changes) => {
          const [text, ...attachments] = write(packet);
          const frame = changes.reduce((given, apply) => apply(given), text as string);
          let ours: SocketIoPacket;
          try {
            ours = read(frame, ...(attachments as Uint8Array[]));
          } catch (problem) {
            expect(problem).to.be.instanceOf(Error);
            expect((problem as Error).message).to.match(
              /^(A frame is no packet of Socket\.IO|More than 10 attachments \(maxAttachments\))$/,
            );
            return;
          }
          // To that parser a space is a digit. And it waits for attachments that are not there.
          if (/^4\d(\d*-)?(\/[^,]*,)?\d*\s/.test(frame) || readSocketIoPacket(frame, 10).count !== attachments.length) return;
          const [theirs] = parserPackets([frame, ...attachments]);
          expect([ours.type, ours.namespace, ours.id]).to.deep.equal([theirs?.type, theirs?.nsp, theirs?.id]);
          expect(JSON.stringify(asBuffers(ours.data))).to.equal(JSON.stringify(theirs?.data));
          good++;
        }),
        { seed, numRuns: 2_000 },
      );
      // Else the property says nothing.
      expect(good).to.be.greaterThan(100);
    });
  });

  it('parseJson gives nothing for what is no JSON', () => {
    expect([parseJson('{"a":1}'), parseJson('{"'), parseJson('')]).to.deep.equal([{ a: 1 }, undefined, undefined]);
    expect(parseJson('[1,2]', (_key, value) => (value === 2 ? 'two' : value))).to.deep.equal([1, 'two']);
  });

  it('isName knows the names of events, and codes', () => {
    expect(['', 'a', 0, -1.5].every(isName)).to.equal(true);
    expect([null, undefined, NaN, Infinity, {}, ['a'], true].some(isName)).to.equal(false);
  });
});

/** Bytes as the other parser has them. */
function asBuffers(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (Array.isArray(value)) return value.map(asBuffers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, asBuffers(each)]));
}
