import { expect } from 'chai';
import { Subscription } from 'rxjs';
import { sessionLink } from '../../lib/connection/sessionLink.js';
import type { RequestMessage } from '../../lib/protocols/message.js';
import { type CommandTable, commandTable } from '../../lib/server/commandTable.js';
import { createServerCounters } from '../../lib/server/serverCounters.js';
import { type FakePeer, fakePeer } from './fakePeer.js';

const asked = (id: string, stream = false): RequestMessage => ({ kind: 'request', id, command: 'work', stream });

describe('commandTable', () => {
  let client: FakePeer;
  let table: CommandTable;
  let left: string[];
  beforeEach(() => {
    client = fakePeer();
    table = commandTable(sessionLink(client.peer));
    left = [];
  });
  const work = (name: string): Subscription => new Subscription(() => left.push(name));

  it('is laid once for a session, and is another for another', () => {
    const link = sessionLink(client.peer);
    const { request } = link.handlers;
    expect(commandTable(link)).to.equal(table);
    expect(link.handlers.request).to.equal(request);
    expect(commandTable(sessionLink(fakePeer().peer))).to.not.equal(table);
  });

  it('gives requests and sends to the entry of their name, and looks it up for each', () => {
    const taken: unknown[] = [];
    const entry = (name: string) => (message: { kind: string }) => void taken.push(`${name} ${message.kind}`);
    table.entries.set('a', entry('a'));
    table.entries.set('__proto__', entry('p'));
    for (const body of [{ id: '1', command: 'a' }, { command: 'a' }, { id: '2', command: '__proto__' }]) client.receive(body);
    table.entries.set('a', entry('later'));
    client.receive({ command: 'a' });
    expect(taken).to.deep.equal(['a request', 'a send', 'p request', 'later send']);
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
    expect(sessionLink(client.peer).counters.drops.unhandled).to.equal(1);
  });

  it('stops the work on a request that is cancelled, and on no other', () => {
    table.begun(asked('1'), work('one'));
    table.begun(asked('2'), work('two'));
    client.receive({ type: 'CANCEL', id: '1' });
    client.receive({ type: 'CANCEL', id: '1' });
    client.receive({ type: 'CANCEL', id: '3' });
    expect(left).to.deep.equal(['one']);
    expect([...table.running.keys()]).to.deep.equal(['2']);
  });

  it('forgets work that is done', () => {
    const done = work('one');
    table.begun(asked('1'), done);
    done.unsubscribe();
    expect(table.running.size).to.equal(0);
    table.begun(asked('2'), Subscription.EMPTY);
    expect(table.running.size).to.equal(0);
  });

  it("counts what is under way, where the counters are a server's", () => {
    const counters = createServerCounters();
    const counting = commandTable({ ...sessionLink(fakePeer().peer), counters });
    const works = [work('a'), work('b')] as const;
    counting.begun(asked('1'), works[0]);
    counting.begun(asked('2', true), works[1]);
    counting.begun(asked('3', true), Subscription.EMPTY);
    expect([counters.running, counters.streams]).to.deep.equal([2, 1]);
    works[1].unsubscribe();
    expect([counters.running, counters.streams]).to.deep.equal([1, 0]);
    works[0].unsubscribe();
    expect([counters.running, counters.streams]).to.deep.equal([0, 0]);
  });

  for (const command of ['a', 'unknown'])
    it(`stops the work on an id that is asked with again, for ${command} too, before the new begins`, () => {
      table.entries.set('a', () => {
        left.push('begins');
        table.begun(asked('1'), work('new'));
      });
      table.begun(asked('1'), work('old'));
      client.receive({ id: '1', command });
      expect(left).to.deep.equal(command === 'a' ? ['old', 'begins'] : ['old']);
      expect(table.running.size).to.equal(command === 'a' ? 1 : 0);
    });
});
