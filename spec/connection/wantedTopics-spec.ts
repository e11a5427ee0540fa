import { expect } from 'chai';
import { Subscriber } from 'rxjs';
import { sessionLink } from '../../lib/connection/sessionLink.js';
import { checkTopic } from '../../lib/connection/topicSpec.js';
import type { TopicOptions } from '../../lib/connection/session.js';
import { createWantedTopics } from '../../lib/connection/wantedTopics.js';
import { type FakeSession, fakeSession } from 'rxgate/testing';
import { frozenTime, tracing } from '../testing/virtualTime.js';

describe('createWantedTopics', () => {
  const time = frozenTime();
  const setting = (options: TopicOptions = {}) => {
    const lines: string[] = [];
    let held = 0;
    const wanted = createWantedTopics({
      hold: () => held++ === 0 && lines.push('held'),
      release: () => --held === 0 && lines.push('let go'),
    });
    const subscriber = (name: string) => new Subscriber<unknown>(tracing(lines)(name) as never);
    const want = (name: string, topic = 'bars') => {
      const wanting = subscriber(name);
      wanted.add(checkTopic(topic, undefined, options), wanting);
      return wanting;
    };
    const confirmed = (id = 1): FakeSession => {
      const fake = fakeSession({ id });
      wanted.attach(sessionLink(fake.session));
      fake.receive({ kind: 'confirmation', id: 1, topic: 'bars' });
      return fake;
    };
    const say = ({ receive }: FakeSession, data: unknown) => receive({ kind: 'notification', topic: 'bars', data });
    /** How many are wanted, as the next session finds them. */
    const left = () => wanted.attach(sessionLink(fakeSession({ id: 9 }).session));
    return { wanted, left, lines, want, confirmed, say };
  };

  it('subscribes once for each key on each session, and again on the next', () => {
    const { wanted, want, confirmed, say, lines } = setting();
    for (const name of ['x', 'y']) want(name);
    const one = confirmed();
    wanted.attach(sessionLink(one.session));
    expect(one.sent).to.have.length(1);
    one.drop();
    say(confirmed(2), 1);
    expect(lines).to.deep.equal(['held', 'x 1', 'y 1']);
  });

  it('lets go once for each who leaves, also for those whom the leave of another takes along', () => {
    const { wanted, want, confirmed, say, lines, left } = setting();
    const [x, y] = [want('x'), want('y')];
    const taker = new Subscriber<unknown>();
    // Before the topic's own: both are closed when the topic hears of the first.
    taker.add(() => y.unsubscribe());
    wanted.add(checkTopic('bars', undefined), taker);
    taker.add(() => x.unsubscribe());
    const z = want('z');
    const fake = confirmed();
    taker.unsubscribe();
    say(fake, 1);
    expect([lines, left()]).to.deep.equal([['held', 'z 1'], 1]);
    z.unsubscribe();
    expect([lines, left()]).to.deep.equal([['held', 'z 1', 'let go'], 0]);
  });

  it('subscribes at once where there is a session', () => {
    const { want, confirmed } = setting();
    const { sent } = confirmed();
    want('x');
    expect(sent).to.have.length(1);
  });

  it('forgets a key when its last subscriber leaves, and lets go once the unsubscribe was sent', () => {
    const { left, want, confirmed, lines } = setting();
    const [x, y] = [want('x'), want('y')];
    const { sent } = confirmed();
    x.unsubscribe();
    expect([lines, sent.length]).to.deep.equal([['held'], 1]);
    y.unsubscribe();
    expect(lines).to.deep.equal(['held', 'let go']);
    expect(sent.at(-1)).to.include({ kind: 'unsubscribe' });
    expect(left()).to.equal(0);
  });

  it('ends a key with its end, or its refusal, and lets go', () => {
    const { left, want, confirmed, lines } = setting();
    want('x');
    const { receive } = confirmed();
    receive({ kind: 'ended', topic: 'bars' });
    want('y');
    receive({ kind: 'refusal', id: 2, code: 'NO' });
    expect(lines).to.deep.equal(['held', 'x |', 'let go', 'held', 'y! subscriptionRejected', 'let go']);
    expect(left()).to.equal(0);
  });

  it('ends all, and sends nothing', () => {
    for (const [error, line] of [[undefined, 'x |'] as const, [{ kind: 'trouble' }, 'x! trouble'] as const]) {
      const { wanted, want, confirmed, lines } = setting();
      want('x');
      const { sent } = confirmed();
      wanted.finish(error);
      expect(lines).to.deep.equal(['held', line, 'let go']);
      expect(sent).to.have.length(1);
    }
  });

  it('keeps a key for linger after its last subscriber, and the last value', () => {
    const { want, confirmed, say, lines } = setting({ linger: 10, replay: 1 });
    const x = want('x');
    const fake = confirmed();
    say(fake, 1);
    x.unsubscribe();
    time.tick(9);
    say(fake, 2);
    want('y');
    time.tick(100);
    expect(lines).to.deep.equal(['held', 'x 1', 'y 2']);
  });

  it('does not linger after a refusal, and does not replay what was before an end', () => {
    const { left, want, confirmed, say, lines } = setting({ linger: 10, replay: 1 });
    want('x');
    const fake = confirmed();
    say(fake, 1);
    fake.receive({ kind: 'ended', topic: 'bars' });
    // One timer is the session's, for confirmations.
    expect(time.timers).to.equal(1);
    want('y');
    fake.receive({ kind: 'refusal', id: 2, code: 'NO' });
    expect([time.timers, left()]).to.deep.equal([1, 0]);
    expect(lines).to.deep.equal(['held', 'x 1', 'x |', 'let go', 'held', 'y! subscriptionRejected', 'let go']);
  });

  it('leaves no timer behind when it ends while a key lingers', () => {
    const { wanted, want, lines } = setting({ linger: 10 });
    want('x').unsubscribe();
    expect(time.timers).to.equal(1);
    wanted.finish();
    expect(time.timers).to.equal(0);
    expect(lines).to.deep.equal(['held', 'let go']);
  });

  it('leaves no timer behind when it ends while somebody wants what would linger', () => {
    const { wanted, want } = setting({ linger: 10 });
    want('x');
    wanted.finish();
    expect(time.timers).to.equal(0);
  });

  it('replays undefined, too', () => {
    const { want, confirmed, say, lines } = setting({ replay: 1 });
    want('x');
    say(confirmed(), undefined);
    want('y');
    expect(lines).to.deep.equal(['held', 'x undefined', 'y undefined']);
  });

  it('waits for the next session when one that is over cannot take a subscribe', () => {
    const { wanted, want, confirmed, say, lines } = setting();
    want('x');
    const over = fakeSession();
    over.drop();
    wanted.attach(sessionLink(over.session));
    say(confirmed(2), 1);
    expect(lines).to.deep.equal(['held', 'x 1']);
  });

  it('subscribes nothing on the wire for who has left already, and keeps nothing of it', () => {
    for (const options of [{}, { replay: 1 }, { linger: 10 }] as const) {
      const { wanted, left, confirmed, lines } = setting(options);
      const { sent } = confirmed();
      const gone = new Subscriber<unknown>();
      gone.unsubscribe();
      wanted.add(checkTopic('bars', undefined, options), gone);
      expect([sent, lines, left()]).to.deep.equal([[], [], 0]);
      // Nor are its options in the way of the next.
      wanted.add(checkTopic('bars', undefined, { replay: 1, linger: 5 }), new Subscriber());
      expect(left()).to.equal(1);
    }
  });

  it('subscribes nothing on the wire for who leaves while the connection is taken hold of', () => {
    const fake = fakeSession();
    let held = 0;
    let leaves: Subscriber<unknown> | undefined;
    const wanted = createWantedTopics({
      hold: () => {
        held++;
        leaves?.unsubscribe();
      },
      release: () => held--,
    });
    wanted.attach(sessionLink(fake.session));
    leaves = new Subscriber<unknown>();
    wanted.add(checkTopic('bars', undefined), leaves);
    expect([fake.sent, held]).to.deep.equal([[], 0]);
    leaves = undefined;
    wanted.add(checkTopic('bars', undefined), new Subscriber());
    expect(fake.sent).to.have.length(1);
  });

  it('refuses other options than those of the other subscribers', () => {
    const { wanted, want, lines } = setting({ replay: 1 });
    want('x');
    for (const options of [{}, { replay: 1, linger: 1 }] as const)
      expect(() => wanted.add(checkTopic('bars', undefined, options), new Subscriber())).to.throw(TypeError, /replay and linger/);
    expect(lines).to.deep.equal(['held']);
  });
});
