import { expect } from 'chai';
import { type IntakeFilter, filterIntake } from '../../lib/server/filterIntake.js';
import { peerLink } from '../../lib/server/peerLink.js';
import type { Message } from '../../lib/protocols/message.js';
import { fakePeer } from './fakePeer.js';

const named = (message: Message): string => (message.kind === 'send' ? message.command : message.kind);

const setting = () => {
  const { peer, receive, disconnect } = fakePeer();
  const link = peerLink(peer);
  const delivered: string[] = [];
  peer.messages.subscribe((message) => delivered.push(named(message)));
  const say = (command: string): void => receive({ command });
  /** Notes what it sees, and passes it on. */
  const noting =
    (log: string[], name: string): IntakeFilter =>
    (message, pass) => {
      log.push(`${name} ${named(message)}`);
      pass(message);
    };
  return { link, delivered, say, noting, disconnect };
};

describe('filterIntake', () => {
  it('sends messages through the filters in the order they came', () => {
    const { link, delivered, say, noting } = setting();
    const log: string[] = [];
    filterIntake(link, noting(log, 'a'));
    filterIntake(link, noting(log, 'b'));
    say('one');
    say('two');
    expect(log).to.deep.equal(['a one', 'b one', 'a two', 'b two']);
    expect(delivered).to.deep.equal(['one', 'two']);
  });

  it('delivers nothing that a filter keeps', () => {
    const { link, delivered, say, noting } = setting();
    const log: string[] = [];
    filterIntake(link, (message, pass) => {
      if (named(message) !== 'bad') pass(message);
    });
    filterIntake(link, noting(log, 'b'));
    say('bad');
    say('good');
    expect([log, delivered]).to.deep.equal([['b good'], ['good']]);
  });

  it('takes out one filter and leaves the others, down to none', () => {
    const { link, delivered, say, noting } = setting();
    const log: string[] = [];
    const [first, second, third] = ['a', 'b', 'c'].map((name) => filterIntake(link, noting(log, name)));
    second?.();
    say('one');
    first?.();
    first?.();
    say('two');
    third?.();
    expect(link.deliver).to.equal(link.intakeLine?.deliver);
    say('three');
    expect(log).to.deep.equal(['a one', 'c one', 'c two']);
    expect(delivered).to.deep.equal(['one', 'two', 'three']);
  });

  it('sends what was held through the filters behind, also those that came later', () => {
    const { link, delivered, say, noting } = setting();
    const log: string[] = [];
    const held: (() => void)[] = [];
    const takeOut = filterIntake(link, (message, pass) => {
      held.push(() => pass(message));
    });
    const takeOutNext = filterIntake(link, noting(log, 'b'));
    say('one');
    takeOut();
    takeOutNext();
    filterIntake(link, noting(log, 'c'));
    expect(delivered).to.deep.equal([]);
    for (const release of held) release();
    expect([log, delivered]).to.deep.equal([['c one'], ['one']]);
  });

  it('delivers nothing after the end', () => {
    const { link, delivered, say, disconnect } = setting();
    const held: (() => void)[] = [];
    filterIntake(link, (message, pass) => {
      held.push(() => pass(message));
    });
    say('one');
    disconnect();
    for (const release of held) release();
    expect([held.length, delivered]).to.deep.equal([1, []]);
  });
});
