import { expect } from 'chai';
import fc from 'fast-check';
import type { Message } from 'rxgate/protocols';
import { type SocketIoPacket, writeSocketIoPacket } from '../../lib/protocols/socketIoPacket.js';
import { socketIoReader } from '../../lib/protocols/socketIoReader.js';
import { messageFault } from '../../lib/testing/contract/messageFault.js';
import { type AnyFrame, anyFrame, change } from '../support/anyFrame.js';
import { anyPacket } from '../support/anyPacket.js';

const seed = 1130;
const opening = '{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}';

/** A reader whose packets come out as messages of kind `other`. */
const reader = (maxAttachments = 10) => {
  const read = socketIoReader(maxAttachments, (body) => ({ kind: 'other', body }));
  return (...frames: readonly AnyFrame[]): readonly Message[] => frames.flatMap((frame) => read(frame));
};
const event = (...data: readonly unknown[]) => ({ kind: 'other', body: { type: 2, namespace: '/', id: undefined, data } });
const texts = (messages: readonly Message[]) =>
  messages.map((message) => (message.kind === 'malformed' ? message.error.message : message.kind));

describe('socketIoReader', () => {
  it('reads what Engine.IO says for itself', () => {
    const read = reader();
    expect(read(`0${opening}`)).to.deep.equal([{ kind: 'other', body: JSON.parse(opening) }]);
    expect(read('2', '6')).to.deep.equal([{ kind: 'ping' }, { kind: 'other', body: '6' }]);
    expect(read('1')).to.deep.equal([{ kind: 'closed', reason: 'closed by Engine.IO', retryable: true }]);
  });

  it('does not open with times that no watch can keep', () => {
    for (const times of ['{}', 'null', '7', '{"pingInterval":1}', '{"pingInterval":"1","pingTimeout":1}'])
      expect(texts(reader()(`0${times}`)), times).to.deep.equal(['A frame is no packet of Engine.IO']);
    for (const time of [0, -1, 2 ** 31, 1e308])
      expect(texts(reader()(`0{"pingInterval":1,"pingTimeout":${time}}`))).to.deep.equal(['A frame is no packet of Engine.IO']);
  });

  it('waits for the attachments of a packet, whatever Engine.IO says meanwhile', () => {
    const read = reader();
    expect(read('452-["x",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]')).to.deep.equal([]);
    expect(read(Uint8Array.of(1))).to.deep.equal([]);
    expect(read('2')).to.deep.equal([{ kind: 'ping' }]);
    expect(read(Uint8Array.of(2))).to.deep.equal([event('x', Uint8Array.of(1), Uint8Array.of(2))]);
    expect(texts(read(Uint8Array.of(3)))).to.deep.equal(['Bytes belong to no packet']);
  });

  it('gives up a packet that lacks attachments when the next one comes, and reads that', () => {
    const read = reader();
    read('452-["x",{"_placeholder":true,"num":0}]', Uint8Array.of(1));
    const [lost, next] = read('42["y"]');
    expect(texts([lost as Message])).to.deep.equal(['A packet lacks attachments']);
    expect(next).to.deep.equal(event('y'));
    read('451-["x",{"_placeholder":true,"num":0}]');
    expect(texts(read('4{"'))).to.deep.equal(['A packet lacks attachments', 'A frame is no packet of Socket.IO']);
    expect(texts(read(Uint8Array.of(1)))).to.deep.equal(['Bytes belong to no packet']);
    expect(read('42["z"]')).to.deep.equal([event('z')]);
  });

  it('keeps no attachments of a packet that has too many', () => {
    const read = reader(1);
    expect(texts(read('452-["x"]', Uint8Array.of(1), Uint8Array.of(2)))).to.deep.equal([
      'More than 1 attachments (maxAttachments)',
      'Bytes belong to no packet',
      'Bytes belong to no packet',
    ]);
  });

  it('tells of what its taker throws as malformed', () => {
    const read = socketIoReader(1, () => {
      throw new TypeError('not for us');
    });
    const message = [read('42["x"]')].flat();
    expect(texts(message)).to.deep.equal(['not for us']);
    expect(message).to.have.nested.property('[0].error').that.includes({ kind: 'malformedMessage', direction: 'in' });
  });

  it(`reads packets one after another, each with its own attachments (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.array(anyPacket, { maxLength: 5 }), (packets) => {
        const frames = packets.flatMap((packet) => writeSocketIoPacket(packet, 10));
        const bodies = reader()(...frames).map((message) => (message as { body: SocketIoPacket }).body);
        expect(bodies.map(({ type, namespace, id, data }) => [type, namespace, id, JSON.stringify(data)])).to.deep.equal(
          packets.map(({ type, namespace, id, data }) => [type, namespace, id, JSON.stringify(data)]),
        );
      }),
      { seed, numRuns: 300 },
    );
  });

  it(`gives messages for any frames, and throws for none (seed ${seed})`, () => {
    const mutated = fc.tuple(anyPacket, fc.array(change, { maxLength: 3 })).map(([packet, changes]) => {
      const [text, ...attachments] = writeSocketIoPacket(packet, 10);
      return [changes.reduce((given, apply) => apply(given), text as string), ...attachments];
    });
    const any = fc.oneof(
      anyFrame.map((frame) => [frame]),
      anyFrame.map((frame) => (typeof frame === 'string' ? [`4${frame}`] : [frame])),
      fc
        .tuple(fc.constantFrom('0', '40', '42', '451-', '43', '431-7', '44'), anyFrame)
        .map(([head, frame]) => [head + String(frame)]),
      mutated,
    );
    const kinds = new Map<string, number>();
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 6 }), (all) => {
        const read = reader();
        for (const message of read(...all.flat())) {
          expect(messageFault(message)).to.equal(undefined);
          kinds.set(message.kind, (kinds.get(message.kind) ?? 0) + 1);
          if (message.kind !== 'malformed') continue;
          // Ours, all of them: what is quoted would be another text.
          expect(message.error.message).to.match(/^(A frame is no packet|A packet lacks|Bytes belong|More than 10 attachments)/);
        }
        // Whatever came, the next packet is read.
        expect(read('42["still here"]').at(-1)).to.deep.equal(event('still here'));
      }),
      { seed, numRuns: 1_000 },
    );
    expect(kinds.get('malformed')).to.be.greaterThan(500);
    expect(kinds.get('other')).to.be.greaterThan(200);
  });
});
