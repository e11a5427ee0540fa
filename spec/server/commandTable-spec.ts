import { expect } from 'chai';
import { Subscription } from 'rxjs';
import type { RequestMessage } from '../../lib/protocols/message.js';
import { type CommandEntry, commandHandlers, noteRunning } from '../../lib/server/commandTable.js';
import { type PeerLink, peerLink } from '../../lib/server/peerLink.js';
import { createServerCounters } from '../../lib/server/serverCounters.js';
import { type FakePeer, fakePeer } from './fakePeer.js';

const asked = (id: string, stream = false): RequestMessage => ({ kind: 'request', id, command: 'work', stream });

describe('commandHandlers', () => {
  let client: FakePeer;
  let link: PeerLink;
  let left: string[];
  beforeEach(() => {
    client = fakePeer();
    link = peerLink(client.peer);
    link.handlers = commandHandlers;
    left = [];
  });
  const work = (name: string): Subscription => new Subscription(() => left.push(name));

  it('gives requests and sends to the entry of their name, and looks it up for each', () => {
    const taken: unknown[] = [];
    const entry =
      (name: string): CommandEntry =>
      (message, { id }) =>
        void taken.push(`${name} ${message.kind} ${id}`);
    link.commands = new Map([
      ['a', entry('a')],
      ['__proto__', entry('p')],
    ]);
    for (const body of [{ id: '1', command: 'a' }, { command: 'a' }, { id: '2', command: '__proto__' }]) client.receive(body);
    link.commands = new Map([['a', entry('later')]]);
    client.receive({ command: 'a' });
    expect(taken).to.deep.equal(['a request 1', 'a send 1', 'p request 1', 'later send 1']);
    expect(client.sent).to.deep.equal([]);
  });

  it('answers a request for what it does not know, and reports a send, since nobody waits for an answer', () => {
    client.receive({ id: '1', command: 'toString' });
    client.receive({ command: 'toString' });
    const error = 'there is no command "toString"';
    expect(client.sent).to.deep.equal([{ type: 'ERROR', id: '1', code: 'UNKNOWN_COMMAND', error }]);
    expect(client.failures).to.have.length(1);
    expect(client.failures[0]).to.include({ hook: 'toString' });
    expect(client.failures[0]?.cause).to.be.instanceOf(TypeError).with.property('message', error);
    expect(link.counters.drops.unhandled).to.equal(1);
  });

  it('stops the work on a request that is cancelled, and on no other', () => {
    noteRunning(link, asked('1'), work('one'));
    noteRunning(link, asked('2'), work('two'));
    client.receive({ type: 'CANCEL', id: '1' });
    client.receive({ type: 'CANCEL', id: '1' });
    client.receive({ type: 'CANCEL', id: '3' });
    expect(left).to.deep.equal(['one']);
    expect([...(link.running?.keys() ?? [])]).to.deep.equal(['2']);
  });

  it('forgets work that is done', () => {
    const done = work('one');
    noteRunning(link, asked('1'), done);
    done.unsubscribe();
    expect(link.running?.size ?? 0).to.equal(0);
    noteRunning(link, asked('2'), Subscription.EMPTY);
    expect(link.running?.size ?? 0).to.equal(0);
  });

  it("counts what is under way, where the counters are a server's", () => {
    const counters = createServerCounters();
    const counting = peerLink(fakePeer(1, { counters }).peer);
    const works = [work('a'), work('b')] as const;
    noteRunning(counting, asked('1'), works[0]);
    noteRunning(counting, asked('2', true), works[1]);
    noteRunning(counting, asked('3', true), Subscription.EMPTY);
    expect([counters.running, counters.streams]).to.deep.equal([2, 1]);
    works[1].unsubscribe();
    expect([counters.running, counters.streams]).to.deep.equal([1, 0]);
    works[0].unsubscribe();
    expect([counters.running, counters.streams]).to.deep.equal([0, 0]);
  });

  for (const command of ['a', 'unknown'])
    it(`stops the work on an id that is asked with again, for ${command} too, before the new begins`, () => {
      const entry: CommandEntry = (_message, its) => {
        left.push('begins');
        noteRunning(its, asked('1'), work('new'));
      };
      link.commands = new Map([['a', entry]]);
      noteRunning(link, asked('1'), work('old'));
      client.receive({ id: '1', command });
      expect(left).to.deep.equal(command === 'a' ? ['old', 'begins'] : ['old']);
      expect(link.running?.size ?? 0).to.equal(command === 'a' ? 1 : 0);
    });
});
