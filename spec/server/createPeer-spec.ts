import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { expect } from 'chai';
import { createCounters } from '../../lib/events/createCounters.js';
import { commandNotify } from '../../lib/protocols/commandNotify.js';
import { createPeer } from '../../lib/server/createPeer.js';
import { sessionLink } from '../../lib/connection/sessionLink.js';
import { virtualTime } from '../testing/virtualTime.js';

const peerOn = (socket: { open: boolean; bufferedAmount: number }, sent: unknown[] = []) => {
  const protocol = commandNotify();
  return createPeer(
    {
      ...{ id: 3, protocol, codec: protocol.server!(), counters: createCounters(), opened: { url: '/ws', subprotocol: '' } },
      ...{ confirmTimeout: Infinity, maxHeld: 1, clock: () => 0, onEnd: () => undefined },
      socket: Object.assign(socket, {
        write: (frame: unknown) => void sent.push(JSON.parse(frame as string)),
        ...{ close: () => undefined, terminate: () => undefined, release: () => undefined, ping: undefined },
      }),
    },
    { address: '127.0.0.1:9', headers: { 'x-one': '1' } },
  );
};

describe('createPeer', () => {
  it('adds address and headers to the face of a session, whose link it keeps', () => {
    const link = peerOn({ open: true, bufferedAmount: 0 });
    const { session } = link;
    expect(session).to.deep.include({ id: 3, address: '127.0.0.1:9', headers: { 'x-one': '1' } });
    expect(session.opened).to.deep.equal({ url: '/ws', subprotocol: '' });
    expect(sessionLink(session)).to.equal(link);
  });

  it('shows the state of its socket as it is, not as it was', () => {
    const socket = { open: true, bufferedAmount: 0 };
    const owned = peerOn(socket);
    expect([owned.session.open, owned.session.bufferedAmount, owned.closing]).to.deep.equal([true, 0, false]);
    Object.assign(socket, { open: false, bufferedAmount: 12 });
    expect([owned.session.open, owned.session.bufferedAmount]).to.deep.equal([false, 12]);
    owned.session.close();
    expect(owned.closing).to.equal(true);
  });

  it('refuses every topic until a stage serves them', () => {
    const sent: unknown[] = [];
    const link = peerOn({ open: true, bufferedAmount: 0 }, sent);
    link.receive('{"type":"SUBSCRIBE","id":"8","topic":"bars"}');
    expect(sent).to.deep.equal([{ type: 'NACK', id: '8', code: 'UNKNOWN_TOPIC', error: 'there is no topic "bars"' }]);
    expect(link.counters.drops.unhandled).to.equal(0);
    link.handlers = { subscribe: () => undefined };
    link.receive('{"type":"SUBSCRIBE","id":"9","topic":"bars"}');
    expect(sent).to.have.length(1);
  });

  describe('S3: a frame without a meaning is answered with an error, and the connection stays:', () => {
    const scene = () => {
      const sent: any[] = [];
      const owned = peerOn({ open: true, bufferedAmount: 0 }, sent);
      return { sent, owned, drops: owned.counters.drops };
    };
    for (const [what, frame] of [
      ['malformed JSON', '{"id":"1","command":"secret'],
      ['no object', '["secret"]'],
      ['a field of the wrong type', '{"type":"SUBSCRIBE","id":"1","topic":7,"params":"secret"}'],
    ] as const)
      it(`${what}, which is counted as malformed`, () => {
        const { sent, owned, drops } = scene();
        owned.receive(frame);
        expect(sent).to.have.length(1);
        expect(sent[0]).to.include({ type: 'ERROR', code: 'MALFORMED' });
        expect(sent[0].error).to.be.a('string').that.is.not.empty;
        expect(sent[0]).to.not.have.property('id');
        expect(JSON.stringify(sent)).to.not.include('secret');
        expect([drops.malformed, drops.unhandled, owned.session.open]).to.deep.equal([1, 0, true]);
      });

    it('an unknown type, which is counted as unhandled', () => {
      const { sent, owned, drops } = scene();
      owned.receive('{"type":"secret","id":"1"}');
      expect(sent).to.deep.equal([{ type: 'ERROR', code: 'MALFORMED', error: 'Frames of this type have no meaning here' }]);
      expect([drops.malformed, drops.unhandled, owned.session.open]).to.deep.equal([0, 1, true]);
    });

    it('not one that the application listens to', () => {
      const { sent, owned, drops } = scene();
      const heard: unknown[] = [];
      owned.session.messages.subscribe(({ kind }) => heard.push(kind));
      owned.receive('{"type":"WELCOME"}');
      expect([heard, sent, drops.unhandled]).to.deep.equal([['other'], [], 0]);
    });
  });

  it('S14: asks its client, and waits for the answer as long as it is told to', () => {
    virtualTime(({ acts, flush }) => {
      const sent: any[] = [];
      const owned = peerOn({ open: true, bufferedAmount: 0 }, sent);
      const lines: string[] = [];
      const ask = (command: string, timeout: number): void => {
        owned.session.request<string>(command, 1, { timeout }).subscribe({
          next: (reply) => lines.push(`${command}: ${reply}`),
          error: (error: unknown) => lines.push(`${command}: ${(error as { readonly kind: string }).kind}`),
        });
      };
      ask('soon', 20);
      ask('late', 5);
      acts('10ms a', {
        a: () => {
          for (const { id } of sent) owned.receive(JSON.stringify({ type: 'RESPONSE', id, data: 'yes' }));
        },
      });
      flush();
      expect(sent.filter(({ command }) => command)).to.deep.equal([
        { id: '1', command: 'soon', data: 1 },
        { id: '2', command: 'late', data: 1 },
      ]);
      expect(lines).to.deep.equal(['late: requestTimeout', 'soon: yes']);
      expect([owned.pending.size, owned.counters.drops.unmatchedReply > 0]).to.deep.equal([0, true]);
    });
  });

  it('keeps its link in the fast form of V8: as a dictionary it takes a kilobyte and a third more', () => {
    setFlagsFromString('--allow-natives-syntax');
    const isFast = runInThisContext('(object) => %HasFastProperties(object)') as (object: object) => boolean;
    const links = Array.from({ length: 20 }, () => sessionLink(peerOn({ open: true, bufferedAmount: 0 }).session));
    expect(links.map(isFast)).to.deep.equal(links.map(() => true));
    // It can tell: an object without a prototype is a dictionary.
    expect(isFast(Object.create(null) as object)).to.equal(false);
  });
});
