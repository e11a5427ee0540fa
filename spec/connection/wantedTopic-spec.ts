import { expect } from 'chai';
import { Subscriber } from 'rxjs';
import { checkTopic } from '../../lib/connection/topicSpec.js';
import type { TopicOptions } from '../../lib/connection/session.js';
import { createWantedTopic } from '../../lib/connection/wantedTopic.js';
import { type FakeSession, fakeSession } from 'rxgate/testing';
import { frozenTime, tracing } from '../testing/virtualTime.js';

describe('createWantedTopic', () => {
  const time = frozenTime();
  const setting = (options: TopicOptions = {}) => {
    const lines: string[] = [];
    const wanted = createWantedTopic(
      checkTopic('bars', undefined, options),
      () => lines.push('forgotten'),
      () => lines.push('let go'),
    );
    const subscriber = (name: string) => new Subscriber<unknown>(tracing(lines)(name) as never);
    const confirmed = (id = 1): FakeSession => {
      const fake = fakeSession({ id });
      wanted.attach(fake.session);
      fake.receive({ kind: 'confirmation', id: 1, topic: 'bars' });
      return fake;
    };
    const say = ({ receive }: FakeSession, data: unknown) => receive({ kind: 'notification', topic: 'bars', data });
    return { wanted, lines, subscriber, confirmed, say };
  };

  it('subscribes once on each session, and again on the next', () => {
    const { wanted, subscriber, confirmed, say, lines } = setting();
    wanted.add(subscriber('x'));
    const one = confirmed();
    wanted.attach(one.session);
    expect(one.sent).to.have.length(1);
    one.drop();
    say(confirmed(2), 1);
    expect(lines).to.deep.equal(['x 1']);
  });

  it('is forgotten, then let go, when the last one leaves', () => {
    const { wanted, subscriber, confirmed, lines } = setting();
    const [x, y] = [subscriber('x'), subscriber('y')];
    wanted.add(x);
    wanted.add(y);
    const { sent } = confirmed();
    wanted.remove(x);
    expect(lines).to.deep.equal([]);
    wanted.remove(y);
    expect(lines).to.deep.equal(['forgotten', 'let go']);
    expect(sent.at(-1)).to.include({ kind: 'unsubscribe' });
  });

  it('is forgotten before its subscribers hear of its end, so that they may want it anew', () => {
    const { wanted, subscriber, confirmed, lines } = setting();
    wanted.add(subscriber('x'));
    confirmed().receive({ kind: 'ended', topic: 'bars' });
    expect(lines).to.deep.equal(['forgotten', 'x |', 'let go']);
  });

  it('errors with a refusal, once', () => {
    const { wanted, subscriber, lines } = setting();
    const x = subscriber('x');
    wanted.add(x);
    const fake = fakeSession();
    wanted.attach(fake.session);
    fake.receive({ kind: 'refusal', id: 1, code: 'NO' });
    wanted.remove(x);
    wanted.finish();
    expect(lines).to.deep.equal(['forgotten', 'x! subscriptionRejected', 'let go']);
  });

  it('outlives its last subscriber by linger, and keeps the last value', () => {
    const { wanted, subscriber, confirmed, say, lines } = setting({ linger: 10, replay: 1 });
    const x = subscriber('x');
    wanted.add(x);
    const fake = confirmed();
    say(fake, 1);
    wanted.remove(x);
    time.tick(9);
    say(fake, 2);
    wanted.add(subscriber('y'));
    time.tick(100);
    expect(lines).to.deep.equal(['x 1', 'y 2']);
  });

  it('leaves no timer behind when it ends while it lingers', () => {
    const { wanted, subscriber, lines } = setting({ linger: 10 });
    const x = subscriber('x');
    wanted.add(x);
    wanted.remove(x);
    expect(time.timers).to.equal(1);
    wanted.finish();
    expect(time.timers).to.equal(0);
    expect(lines).to.deep.equal(['forgotten', 'let go']);
  });

  it('replays undefined, too', () => {
    const { wanted, subscriber, confirmed, say } = setting({ replay: 1 });
    const values: unknown[] = [];
    wanted.add(subscriber('x'));
    say(confirmed(), undefined);
    wanted.add(new Subscriber({ next: (value) => values.push(value), error: () => undefined, complete: () => undefined }));
    expect(values).to.deep.equal([undefined]);
  });

  it('does not end when a session that is over cannot take its subscribe', () => {
    const { wanted, subscriber, confirmed, say, lines } = setting();
    wanted.add(subscriber('x'));
    const over = fakeSession();
    over.drop();
    wanted.attach(over.session);
    say(confirmed(2), 1);
    expect(lines).to.deep.equal(['x 1']);
  });
});
