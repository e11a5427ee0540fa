import { expect } from 'chai';
import { Observable, Subject, Subscriber, takeUntil } from 'rxjs';
import type { RequestOptions, Session } from 'rxgate';
import { fakeSession } from 'rxgate/testing';
import { createLedgerRun, type LedgerRun, type LedgerSettings } from '../../lib/connection/ledgerRun.js';
import { requestSpec } from '../../lib/connection/requestSpec.js';
import { checkTopic } from '../../lib/connection/topicSpec.js';
import { waitingOf } from '../../lib/connection/waiting.js';
import { frozenTime, tracing } from '../testing/virtualTime.js';

describe('createLedgerRun', () => {
  const time = frozenTime();

  const setting = (settings: Partial<LedgerSettings> = {}) => {
    const lines: string[] = [];
    const sessions = new Subject<Session>();
    const report: LedgerSettings['report'] = (event) => void lines.push(JSON.stringify(event));
    const source = new Observable<Session>((subscriber) => {
      lines.push('source');
      subscriber.add(() => lines.push('source left'));
      return sessions.subscribe(subscriber);
    });
    const run: LedgerRun = createLedgerRun(source, { linger: 0, maxWaiting: 10, report, ...settings }, () => lines.push('over'));
    const consume = (name: string) => {
      const { error, complete } = tracing(lines)(name);
      const next = ({ id }: Session) => void lines.push(`${name} ${id}`);
      return new Observable<Session>((subscriber) => run.sessions(subscriber)).subscribe({ next, error, complete });
    };
    const place = (kind: 'request' | 'send', name: string, options: RequestOptions) =>
      waitingOf(requestSpec(kind, name, 0, options), (waiting) => run.place(waiting)).subscribe(tracing(lines)(name));
    const ask = (name: string, options?: RequestOptions) => place('request', name, { idempotent: true, ...options });
    const tell = (name: string, options?: RequestOptions) => place('send', name, { timeout: 100, ...options });
    const topic = (name: string, options = {}) => {
      const subscriber = new Subscriber<unknown>(tracing(lines)(name) as never);
      run.topic(checkTopic(name, undefined, options), subscriber);
      return () => subscriber.unsubscribe();
    };
    const wire = ({ sent }: ReturnType<typeof fakeSession>) => sent.map((message) => message.kind);
    return { run, sessions, lines, consume, ask, tell, topic, wire };
  };

  it('subscribes to its source with the first hold, and leaves it with the last release', () => {
    const { run, lines } = setting();
    expect(lines).to.deep.equal([]);
    for (const step of ['hold', 'hold', 'release'] as const) run[step]();
    expect(lines).to.deep.equal(['source']);
    run.release();
    expect(lines).to.deep.equal(['source', 'over', 'source left']);
  });

  it('stays for linger after the last release, unless somebody holds it meanwhile', () => {
    const { run, lines } = setting({ linger: 30 });
    run.hold();
    run.release();
    time.tick(29);
    run.hold();
    time.tick(100);
    expect([lines, time.timers]).to.deep.equal([['source'], 0]);
    run.release();
    time.tick(30);
    expect(lines).to.deep.equal(['source', 'over', 'source left']);
  });

  it('serves a new session in order: subscribes, what waits, one event, and then its consumers', () => {
    const { run, sessions, lines, consume, ask, tell, topic, wire } = setting();
    consume('c');
    topic('t');
    ask('r');
    tell('s');
    const fake = fakeSession({ id: 4 });
    sessions.next(fake.session);
    expect(wire(fake)).to.deep.equal(['subscribe', 'request', 'send']);
    expect(lines).to.deep.equal(['source', 's |', '{"type":"resumed","session":4,"topics":1,"sent":2}', 'c 4']);
    expect([run.current, run.line.size]).to.deep.equal([fake.session, 0]);
  });

  it('reports nothing of a session that had nothing to carry on', () => {
    const { sessions, lines, consume } = setting();
    consume('c');
    sessions.next(fakeSession().session);
    expect(lines).to.deep.equal(['source', 'c 1']);
  });

  it('gives no session to a consumer that has left', () => {
    const { sessions, lines, consume } = setting();
    const leave = consume('a');
    consume('b');
    leave.unsubscribe();
    sessions.next(fakeSession().session);
    expect(lines).to.deep.equal(['source', 'b 1']);
  });

  it('shows no session that is over, and does not give it to who comes late', () => {
    const { run, sessions, lines, consume } = setting();
    consume('a');
    const fake = fakeSession();
    sessions.next(fake.session);
    consume('b');
    fake.drop();
    consume('c');
    expect(lines).to.deep.equal(['source', 'a 1', 'b 1']);
    expect(run.current).to.equal(undefined);
  });

  it('places at once where a session is open, in line where none is, and fails what does not wait', () => {
    const { run, sessions, lines, ask, wire } = setting();
    run.hold();
    ask('refused', { whileDisconnected: 'fail' });
    ask('waits');
    expect([run.line.size, lines.at(-1)]).to.deep.equal([1, 'refused! connectionLost']);
    const fake = fakeSession();
    sessions.next(fake.session);
    ask('sent', { whileDisconnected: 'fail' });
    expect(wire(fake)).to.deep.equal(['request', 'request']);
  });

  it('takes an idempotent request back into line, and sends it on the next session under a new id', () => {
    const { run, sessions, lines, ask } = setting();
    run.hold();
    const [first, second] = [fakeSession(), fakeSession({ id: 2 })];
    sessions.next(first.session);
    ask('a');
    const sent = first.sent[0] as { key?: string };
    first.drop();
    expect(run.line.size).to.equal(1);
    sessions.next(second.session);
    expect(second.sent[0]).to.include({ kind: 'request', key: sent.key });
    second.receive({ kind: 'reply', id: 1, data: 'done', last: true });
    expect(lines.slice(-2)).to.deep.equal(['a done', 'a |']);
  });

  it('shares one topic for a key, and refuses other options for it without harm', () => {
    const { sessions, lines, topic, wire } = setting();
    const leave = [topic('t', { replay: 1 }), topic('t', { replay: 1 })];
    expect(() => topic('t', { linger: 5, replay: 1 })).to.throw(
      TypeError,
      'topic: replay and linger of "t" must be those of its other subscribers',
    );
    const fake = fakeSession();
    sessions.next(fake.session);
    expect(wire(fake)).to.deep.equal(['subscribe']);
    for (const each of leave) each();
    expect(wire(fake)).to.deep.equal(['subscribe', 'unsubscribe']);
    expect(lines.slice(-2)).to.deep.equal(['over', 'source left']);
  });

  it('subscribes a topic at once where a session is open, and holds the connection for it', () => {
    const { run, sessions, lines, topic, wire } = setting();
    run.hold();
    const fake = fakeSession();
    sessions.next(fake.session);
    const leave = topic('t');
    run.release();
    expect(wire(fake)).to.deep.equal(['subscribe']);
    expect(lines).to.deep.equal(['source']);
    leave();
    expect(wire(fake)).to.deep.equal(['subscribe', 'unsubscribe']);
    expect(lines.slice(1)).to.deep.equal(['over', 'source left']);
  });

  it('winds down: topics complete, what waits fails, consumers stay', () => {
    const { run, sessions, lines, consume, ask, topic } = setting();
    consume('c');
    topic('t');
    ask('a');
    run.wind();
    expect(lines).to.deep.equal(['source', 'a! gatewayClosed', 't |']);
    expect(run.line.size).to.equal(0);
    const fake = fakeSession();
    sessions.next(fake.session);
    expect(fake.sent).to.deep.equal([]);
    expect(lines.slice(3)).to.deep.equal(['c 1']);
  });

  describe('its line', () => {
    it('stops when the session ends in the middle, and keeps the rest for the next', () => {
      const { run, sessions, lines, ask, tell, wire } = setting();
      run.hold();
      const [first, second] = [fakeSession(), fakeSession({ id: 2 })];
      waitingOf(requestSpec('send', 'a', 0), (waiting) => run.place(waiting)).subscribe({ complete: () => first.drop() });
      ask('b');
      sessions.next(first.session);
      expect([wire(first), run.line.size]).to.deep.equal([['send'], 1]);
      // Nor is it told that there was one.
      expect(lines.filter((line) => line.includes('resumed'))).to.deep.equal([]);
      tell('c');
      sessions.next(second.session);
      expect([wire(second), run.line.size]).to.deep.equal([['request', 'send'], 0]);
    });

    it('sends what is added while it goes out', () => {
      const { run, sessions, tell, wire } = setting();
      run.hold();
      waitingOf(requestSpec('send', 'a', 0), (waiting) => run.place(waiting)).subscribe({ complete: () => tell('b') });
      const fake = fakeSession();
      sessions.next(fake.session);
      expect(wire(fake)).to.deep.equal(['send', 'send']);
    });

    it('fails the newcomer when it is full; it may hold nothing', () => {
      for (const maxWaiting of [0, 1]) {
        const { run, lines, ask } = setting({ maxWaiting });
        for (const name of ['a', 'b'].slice(1 - maxWaiting)) ask(name);
        expect([lines.at(-1), run.line.size]).to.deep.equal(['b! outboxOverflow', maxWaiting]);
      }
    });

    it('fails each at its deadline, with one timer for all', () => {
      const { run, lines, ask, tell } = setting();
      ask('a', { timeout: 30 });
      tell('b', { timeout: 10 });
      ask('c', { timeout: Infinity });
      expect(time.timers).to.equal(1);
      time.tick(20);
      expect(lines).to.deep.equal(['source', 'b! requestTimeout']);
      time.tick(20);
      expect(lines.slice(2)).to.deep.equal(['a! requestTimeout']);
      expect([run.line.size, time.timers]).to.deep.equal([1, 0]);
    });

    it('forgets one that is left, and has no timer once its run is over', () => {
      const { run, ask, lines } = setting();
      const [a, b] = [ask('a'), ask('b')];
      a.unsubscribe();
      expect([...run.line].map(({ spec }) => spec.command)).to.deep.equal(['b']);
      b.unsubscribe();
      expect([run.line.size, time.timers]).to.deep.equal([0, 0]);
      expect(lines.slice(1)).to.deep.equal(['over', 'source left']);
    });
  });

  describe('one who leaves while the connection is begun', () => {
    for (const linger of [0, 30])
      for (const kind of ['request', 'send'] as const)
        it(`sends nothing: a ${kind}, with linger ${linger}`, () => {
          const fake = fakeSession();
          const leaving = new Subject<void>();
          const source = new Observable<Session>((subscriber) => {
            leaving.next();
            return fake.session$.subscribe(subscriber);
          });
          const run = createLedgerRun(source, { linger, maxWaiting: 10, report: () => undefined });
          waitingOf(requestSpec(kind, 'x', 0), (waiting) => run.place(waiting))
            .pipe(takeUntil(leaving))
            .subscribe();
          expect([fake.sent, run.line.size]).to.deep.equal([[], 0]);
          time.tick(30);
          expect([fake.session.open, time.timers]).to.deep.equal([false, 0]);
        });
  });

  const ends: readonly (readonly [string, (sessions: Subject<Session>) => void, readonly string[]])[] = [
    ['an error of its source', (sessions) => sessions.error('final'), ['a! final', 't! final', 'c! final', 'd! final']],
    ['the completion of its source', (sessions) => sessions.complete(), ['a! gatewayClosed', 't |', 'c |', 'd |']],
  ];
  for (const [what, end, told] of ends)
    it(`ends for everybody with ${what}, after the ledger knows`, () => {
      const { sessions, lines, consume, ask, topic } = setting();
      consume('c');
      consume('d');
      topic('t');
      ask('a');
      end(sessions);
      expect(lines.filter((line) => line !== 'source left')).to.deep.equal(['source', 'over', ...told]);
    });
});
