import { expect } from 'chai';
import type { Message } from 'rxgate/protocols';
import { fakeSession } from 'rxgate/testing';
import { sessionLink } from '../../lib/connection/sessionLink.js';
import { topicOn } from '../../lib/connection/topicOn.js';
import { frozenTime, tracing } from '../testing/virtualTime.js';

const confirm = (id: number, topic: string): Message => ({ kind: 'confirmation', id, topic });
const note = (topic: string, data: unknown): Message => ({ kind: 'notification', topic, data });

describe('topicOn', () => {
  frozenTime();
  const setting = () => {
    const fake = fakeSession();
    const lines: string[] = [];
    const listen = (name: string, params?: unknown) => topicOn(sessionLink(fake.session), name, params);
    return { ...fake, lines, trace: tracing(lines), listen, kinds: () => fake.sent.map(({ kind }) => kind) };
  };

  it('checks at the call, and fills in the template there', () => {
    const { listen, sent } = setting();
    expect(() => listen('')).to.throw(TypeError, /^topic: name/);
    listen('bars:{s}', { s: 'SPX' });
    expect(sent).to.deep.equal([]);
    listen('bars:{s}', { s: 'SPX', res: 1 }).subscribe();
    expect(sent[0]).to.include({ kind: 'subscribe', key: 'bars:SPX {"res":1}', topic: 'bars:SPX' });
    expect(sent[0]).to.have.deep.property('params', { res: 1 });
  });

  it('subscribes once for all who listen to one key, and unsubscribes with the last', () => {
    const { listen, trace, lines, receive, kinds } = setting();
    const [a, b] = [listen('t').subscribe(trace('a')), listen('t').subscribe(trace('b'))];
    receive(confirm(1, 't'));
    receive(note('t', 1));
    a.unsubscribe();
    receive(note('t', 2));
    expect(kinds()).to.deep.equal(['subscribe']);
    b.unsubscribe();
    expect(kinds()).to.deep.equal(['subscribe', 'unsubscribe']);
    expect(lines).to.deep.equal(['a 1', 'b 1', 'b 2']);
  });

  const ends: readonly (readonly [string, (fake: ReturnType<typeof setting>) => void, string, readonly string[]])[] = [
    ['completes when the gateway ends it', ({ receive }) => receive({ kind: 'ended', topic: 't' }), 't |', ['subscribe']],
    ['completes when its session is lost', ({ drop }) => drop(), 't |', ['subscribe']],
    ['completes when its session is closed', ({ session }) => session.close(), 't |', ['subscribe']],
  ];
  for (const [title, end, line, kinds] of ends)
    it(`${title}, and then has nothing to unsubscribe`, () => {
      const fake = setting();
      const subscription = fake.listen('t').subscribe(fake.trace('t'));
      fake.receive(confirm(1, 't'));
      end(fake);
      subscription.unsubscribe();
      expect(fake.lines).to.deep.equal([line]);
      expect(fake.kinds()).to.deep.equal(kinds);
    });

  it('errors when it is refused, and asks again for the next subscriber', () => {
    const { listen, trace, lines, receive, kinds } = setting();
    listen('t').subscribe(trace('a'));
    receive({ kind: 'refusal', id: 1, code: 'FORBIDDEN' });
    listen('t').subscribe(trace('b'));
    expect(lines).to.deep.equal(['a! subscriptionRejected']);
    expect(kinds()).to.deep.equal(['subscribe', 'subscribe']);
  });

  it('errors, and does not throw, on a session that is over or where the params cannot be encoded', () => {
    const { listen, trace, lines, drop, kinds } = setting();
    let broken: unknown;
    listen('u', () => (broken ? { n: 1n } : { n: 1 })).subscribe(trace('open'));
    const unwritable = listen('t', () => (broken ? { n: 1n } : undefined));
    broken = true;
    unwritable.subscribe(trace('params'));
    broken = false;
    drop();
    listen('t').subscribe(trace('over'));
    listen('u').subscribe(trace('over, and was wanted')).unsubscribe();
    expect(lines).to.deep.equal([
      'params! malformedMessage',
      'open |',
      'over! connectionLost',
      'over, and was wanted! connectionLost',
    ]);
    expect(kinds()).to.deep.equal(['subscribe']);
  });
});
