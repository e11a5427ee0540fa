import { expect } from 'chai';
import { asyncScheduler } from 'rxjs';
import { commandNotify, type Message } from 'rxgate/protocols';
import { createSession } from '../../lib/connection/createSession.js';
import type { OwnedSession } from '../../lib/connection/ownedSession.js';
import { createFakeWire, readFakeWire } from '../../lib/testing/fakeWire.js';
import { frozenTime } from './virtualTime.js';

describe('createFakeWire', () => {
  frozenTime();
  const carrying = (canPing = true, receiveFrame?: Parameters<typeof createFakeWire>[2]) => {
    const settings = readFakeWire('spec', {});
    const wire = createFakeWire(settings.protocol.client(), canPing, receiveFrame);
    const opened = { url: 'ws://fake/', subprotocol: '' };
    const owned: OwnedSession = wire.carry(
      createSession({ ...settings, opened, codec: wire.codec, socket: wire.socket, onEnd: wire.onEnd }),
    );
    return { ...wire, owned, session: owned.session };
  };
  const reply: Message = { kind: 'reply', id: 1, data: 7, last: true };

  it('notes what a session sends, and nothing that cannot be encoded', () => {
    const { session, otherSide } = carrying();
    session.send('a', { n: 1 });
    expect(() => session.send('b', 1n)).to.throw();
    expect(otherSide.sent).to.deep.equal([{ kind: 'send', command: 'a', data: { n: 1 } }]);
  });

  it('takes messages by way of the decoder, and frames as they come', () => {
    const { session, owned, otherSide } = carrying();
    const got: unknown[] = [];
    for (const name of ['a', 'b']) session.request(name).subscribe((data) => got.push(data));
    otherSide.receive(reply);
    otherSide.receive('{"type":"RESPONSE","id":"2","data":8}');
    expect(got).to.deep.equal([7, 8]);
    expect(owned.counters).to.include({ messagesIn: 2, bytesIn: 37 });
  });

  it('gives frames to who takes them instead, and messages not', () => {
    const frames: unknown[] = [];
    const { owned, otherSide } = carrying(true, (frame) => frames.push(frame));
    otherSide.receive(reply);
    otherSide.receive('x');
    expect([frames, owned.counters.messagesIn]).to.deep.equal([['x'], 1]);
  });

  it('counts its pings, where it can ping', () => {
    const { socket, otherSide } = carrying();
    socket.ping?.();
    expect(otherSide.pings).to.equal(1);
    expect(carrying(false).socket.ping).to.equal(undefined);
  });

  it('keeps what is written while it is stalled, and has it all read at once', () => {
    const { session, socket, stall, resume } = carrying();
    session.send('a');
    expect(socket.bufferedAmount).to.equal(0);
    stall();
    session.send('a');
    const frame = '{"command":"a"}'.length;
    expect([socket.bufferedAmount, socket.taken]).to.deep.equal([frame, frame]);
    resume();
    expect([socket.bufferedAmount, socket.taken]).to.deep.equal([0, 2 * frame]);
  });

  it('is open until its session has ended, and answers a close at once', () => {
    const { session, socket, otherSide } = carrying();
    expect([socket.open, otherSide.end]).to.deep.equal([true, undefined]);
    session.close(3_000, 'bye');
    expect([socket.open, otherSide.end]).to.deep.equal([false, { code: 3_000, reason: 'bye', wasClean: true, by: 'us' }]);
  });
});

describe('readFakeWire', () => {
  it('fills in what is left out', () => {
    const { protocol, counters, clock, ...rest } = readFakeWire('spec', {});
    expect(rest).to.deep.equal({ id: 1, confirmTimeout: 10_000, maxHeld: 1_000 });
    expect([protocol.name, counters.messagesIn]).to.deep.equal([commandNotify().name, 0]);
    expect(clock()).to.be.closeTo(asyncScheduler.now(), 1_000);
    expect(readFakeWire('spec', {}).counters).to.not.equal(counters);
  });

  it('names the option that is invalid', () => {
    const rows: readonly (readonly [unknown, RegExp])[] = [
      [null, /^spec: options/],
      [{ confirmTimeout: 0 }, /^spec: confirmTimeout/],
      [{ maxHeld: -1 }, /^spec: maxHeld/],
      [{ events: 1 }, /^spec: events/],
      [{ counters: {} }, /^spec: counters/],
      [{ clock: 1 }, /^spec: clock/],
    ];
    for (const [options, message] of rows) expect(() => readFakeWire('spec', options as never)).to.throw(message);
  });
});
