import { expect } from 'chai';
import { concatWith, EMPTY, NEVER, type Observable, of, retry, Subject, take, timer } from 'rxjs';
import {
  createCounters,
  drain,
  type GatewayEvent,
  notifications,
  request,
  type Session,
  shareSession,
  SubscriptionRejectedError,
  topic,
  type TopicOptions,
} from 'rxgate';
import type { Message } from 'rxgate/protocols';
import { fakeGateway, fakeSession } from 'rxgate/testing';
import sinon from 'sinon';
import { byKind, frozenTime, tracing, virtualTime } from '../testing/virtualTime.js';
import { linesOf, pipelineTo, sights } from './pipelines.js';

const quiet = { error: () => undefined };
const refuse = (): never => {
  throw new SubscriptionRejectedError('bars', 'FORBIDDEN', { why: 1 });
};
const topics = { bars: () => NEVER, news: () => NEVER, 'bars:{symbol}': () => NEVER, refused: refuse };

/** Ends all that a spec left subscribed, so that its virtual time ends. */
const endAt = (ms: number, session$: Observable<Session>) => timer(ms).subscribe(() => drain(session$).subscribe());

describe('topic', () => {
  for (const [sight, see] of sights)
    describe(sight, () => {
      it('emits the data of notifications', () => {
        virtualTime(({ acts, expectObservable }) => {
          const gateway = fakeGateway({ topics });
          acts('           -a-b--', { a: () => gateway.publish('bars', 'a'), b: () => gateway.publish('bars', 'b') });
          const unsub = '  -----!';
          const expected = '-a-b--';

          expectObservable(see(pipelineTo(gateway)).pipe(topic('bars')), unsub).toBe(expected);
        });
      });

      it('P39: waits for the next session when one is lost, and subscribes again', () => {
        virtualTime(({ acts, expectObservable, flush }) => {
          const gateway = fakeGateway({ topics });
          acts('           -a-d-b----c', {
            a: () => gateway.publish('bars', 'a'),
            b: () => gateway.publish('bars', 'b'),
            c: () => gateway.publish('bars', 'c'),
            d: () => gateway.drop(),
          });
          const unsub = '  -----------!';
          const expected = '-a--------c-';

          expectObservable(see(pipelineTo(gateway)).pipe(topic('bars')), unsub).toBe(expected);
          flush();
          expect(linesOf(gateway.sent)).to.deep.equal(['1 subscribe bars', '2 subscribe bars', '2 unsubscribe bars']);
        });
      });

      it('errors with a refusal', () => {
        virtualTime(({ expectObservable }) => {
          const gateway = fakeGateway({ topics });
          const expected = '#';

          const error = new SubscriptionRejectedError('refused', 'FORBIDDEN', { why: 1 });
          expectObservable(see(pipelineTo(gateway)).pipe(topic('refused'))).toBe(expected, {}, error);
        });
      });

      it('errors when it is not confirmed within confirmTimeout, and takes the subscribe back', () => {
        virtualTime(({ acts, expectObservable, flush }) => {
          const gateway = fakeGateway({ topics });
          const shared$ = pipelineTo(gateway, {}, { confirmTimeout: 7 });
          shared$.subscribe(quiet);
          acts('           -s', { s: gateway.silence });
          const subs = '   ---^      ';
          const expected = '----------#';

          expectObservable(byKind(see(shared$).pipe(topic('bars'))), subs).toBe(expected, {}, 'subscriptionRejected');
          timer(20).subscribe(gateway.speak);
          endAt(30, shared$);
          flush();
          expect(linesOf(gateway.sent)).to.deep.equal(['1 subscribe bars', '1 unsubscribe bars']);
        });
      });

      it('subscribes again with retry, after a refusal', () => {
        virtualTime(({ expectObservable, flush }) => {
          let refusals = 2;
          const moody = () => (refusals-- > 0 ? refuse() : of('granted'));
          const gateway = fakeGateway({ topics: { moody } });
          const expected = '--(g|)';

          const values$ = see(pipelineTo(gateway)).pipe(topic('moody'), retry({ delay: 1 }));
          expectObservable(values$).toBe(expected, { g: 'granted' });
          flush();
          expect(linesOf(gateway.sent).filter((line) => line.endsWith('subscribe moody'))).to.have.length(3);
        });
      });

      it('keeps the connection over a retry at once', () => {
        virtualTime(({ expectObservable, flush }) => {
          let refusals = 2;
          const moody = () => (refusals-- > 0 ? refuse() : of('granted'));
          const gateway = fakeGateway({ topics: { moody } });
          const expected = '(g|)';

          expectObservable(see(pipelineTo(gateway)).pipe(topic('moody'), retry())).toBe(expected, { g: 'granted' });
          flush();
          expect(gateway.connections).to.equal(1);
        });
      });

      it('completes when the gateway ends it', () => {
        virtualTime(({ cold, expectObservable, flush }) => {
          const gateway = fakeGateway({ topics: { bars: () => cold('-a-|') } });
          const expected = '-a-|';

          expectObservable(see(pipelineTo(gateway)).pipe(topic('bars'))).toBe(expected);
          flush();
          expect(linesOf(gateway.sent)).to.deep.equal(['1 subscribe bars']);
        });
      });

      it('errors with the final error of the stream', () => {
        virtualTime(({ acts, expectObservable }) => {
          const gateway = fakeGateway({ topics });
          acts('           --d', { d: () => gateway.drop(1008) });
          const expected = '--#';

          expectObservable(byKind(see(pipelineTo(gateway)).pipe(topic('bars')))).toBe(expected, {}, 'connectionLost');
        });
      });

      it('completes when the application closes', () => {
        virtualTime(({ acts, expectObservable }) => {
          const gateway = fakeGateway({ topics });
          const shared$ = pipelineTo(gateway);
          acts('           --d', { d: () => drain(shared$).subscribe() });
          const expected = '--|';

          expectObservable(see(shared$).pipe(topic('bars'))).toBe(expected);
        });
      });

      it('P11: is one subscription on the wire, however many subscribe: 0→1 subscribes, 1→0 unsubscribes', () => {
        virtualTime(({ acts, flush, now }) => {
          const gateway = fakeGateway({ topics });
          const shared$ = pipelineTo(gateway);
          const bars$ = see(shared$).pipe(topic('bars'));
          const lines: string[] = [];
          const trace = tracing(lines, now);
          shared$.subscribe(quiet);
          const subscriptions = ['x', 'y', 'z'].map((name) => bars$.subscribe(trace(name)));
          acts('-a-b-c-d-e', {
            a: () => gateway.publish('bars', 1),
            b: () => subscriptions[0]?.unsubscribe(),
            c: () => subscriptions[1]?.unsubscribe(),
            d: () => gateway.publish('bars', 2),
            e: () => subscriptions[2]?.unsubscribe(),
          });
          endAt(20, shared$);
          flush();
          expect(lines).to.deep.equal(['1 x 1', '1 y 1', '1 z 1', '7 z 2']);
          expect(linesOf(gateway.sent)).to.deep.equal(['1 subscribe bars', '1 unsubscribe bars']);
        });
      });

      it('P13: unsubscribes on the session that carries it and on no other', () => {
        virtualTime(({ acts, flush }) => {
          const gateway = fakeGateway({ topics });
          const shared$ = pipelineTo(gateway);
          shared$.subscribe(quiet);
          see(shared$).pipe(topic('news')).subscribe();
          const bars = see(shared$).pipe(topic('bars')).subscribe();
          acts('-d-u', { d: () => gateway.drop(), u: () => bars.unsubscribe() });
          endAt(20, shared$);
          flush();
          expect(linesOf(gateway.sent)).to.deep.equal(['1 subscribe news', '1 subscribe bars', '2 subscribe news']);
        });
      });

      it('P14: five flaps of three topics give three subscribes on each connection, and each value once', () => {
        virtualTime(({ flush }) => {
          const gateway = fakeGateway({ topics: { ...topics, more: () => NEVER } });
          const shared$ = pipelineTo(gateway);
          const lines: string[] = [];
          const trace = tracing(lines);
          for (const name of ['bars', 'news', 'more']) see(shared$).pipe(topic(name)).subscribe(trace(name));
          for (let flap = 0; flap < 5; flap++) timer(10 * flap + 1).subscribe(() => gateway.drop());
          timer(90).subscribe(() => gateway.publish('news', 'n'));
          endAt(100, shared$);
          flush();
          const each = [1, 2, 3, 4, 5, 6].flatMap((n) => ['bars', 'news', 'more'].map((name) => `${n} subscribe ${name}`));
          expect(linesOf(gateway.sent)).to.deep.equal(each);
          expect(lines).to.deep.equal(['news n', 'bars |', 'news |', 'more |']);
        });
      });

      it('asks a params function once for the key, and once for each wire subscription', () => {
        virtualTime(({ acts, flush }) => {
          const gateway = fakeGateway({ topics });
          const shared$ = pipelineTo(gateway);
          let calls = 0;
          const params = () => ({ symbol: 'SPX', token: `t${calls++}` });
          const bars$ = see(shared$).pipe(topic('bars:{symbol}', params));
          expect(calls).to.equal(1);
          bars$.subscribe();
          bars$.subscribe();
          acts('-d', { d: () => gateway.drop() });
          endAt(20, shared$);
          flush();
          const asked = gateway.sent.map((message) => (message as { params?: unknown }).params);
          // By subscribing, each subscriber asks for its own; the session still makes one of them.
          expect(asked).to.have.length(2);
          expect(new Set(asked.map((each) => (each as { token: string }).token)).size).to.equal(2);
          expect(asked).to.not.deep.include({ token: 't0' });
        });
      });

      it('is one topic for equal parameters, whatever their order', () => {
        virtualTime(({ flush }) => {
          const gateway = fakeGateway({ topics });
          const shared$ = pipelineTo(gateway);
          for (const params of [
            { a: 1, b: { d: [1, 2], c: 2 } },
            { b: { c: 2, d: [1, 2] }, a: 1 },
            { a: 1, b: { c: 2, d: [2, 1] } },
          ])
            see(shared$).pipe(topic('bars', params)).subscribe();
          endAt(5, shared$);
          flush();
          expect(gateway.sent.map((message) => (message as { params?: unknown }).params)).to.deep.equal([
            { a: 1, b: { d: [1, 2], c: 2 } },
            { a: 1, b: { c: 2, d: [2, 1] } },
          ]);
        });
      });

      it('is the same topic by template and by its concrete name', () => {
        virtualTime(({ flush }) => {
          const gateway = fakeGateway({ topics });
          const shared$ = pipelineTo(gateway);
          see(shared$)
            .pipe(topic('bars:{symbol}', { symbol: 'SPX' }))
            .subscribe();
          see(shared$).pipe(topic('bars:SPX')).subscribe();
          endAt(5, shared$);
          flush();
          expect(linesOf(gateway.sent)).to.deep.equal(['1 subscribe bars:SPX']);
        });
      });

      it('errors alone with params that cannot be encoded: the connection and its other users live', () => {
        virtualTime(({ acts, flush, now }) => {
          const gateway = fakeGateway({ topics });
          const shared$ = pipelineTo(gateway);
          const lines: string[] = [];
          const trace = tracing(lines, now);
          // The parameters are good for the key, and bad on the wire.
          let calls = 0;
          const params = () => (calls++ === 0 ? {} : { bad: 1n });
          see(shared$).pipe(topic('bars')).subscribe(trace('bars'));
          acts('--tp', {
            t: () => see(shared$).pipe(topic('news', params)).subscribe(trace('news')),
            p: () => gateway.publish('bars', 1),
          });
          endAt(9, shared$);
          flush();
          expect(lines).to.deep.equal(['2 news! malformedMessage', '3 bars 1', '9 bars |']);
          expect(gateway.connections).to.equal(1);
        });
      });

      it('errors alone with a params function that throws', () => {
        virtualTime(({ acts, flush, now }) => {
          const gateway = fakeGateway({ topics });
          const shared$ = pipelineTo(gateway);
          const lines: string[] = [];
          const trace = tracing(lines, now);
          let calls = 0;
          const params = () => {
            if (calls++ > 0) throw 'no token';
            return {};
          };
          see(shared$).pipe(topic('bars')).subscribe(trace('bars'));
          acts('--tp', {
            t: () => see(shared$).pipe(topic('news', params)).subscribe(trace('news')),
            p: () => gateway.publish('bars', 1),
          });
          endAt(9, shared$);
          flush();
          expect(lines).to.deep.equal(['2 news! no token', '3 bars 1', '9 bars |']);
          expect(gateway.connections).to.equal(1);
        });
      });

      it('errors with bad params also when it is the first to ask', () => {
        virtualTime(({ flush }) => {
          const gateway = fakeGateway({ topics });
          let calls = 0;
          const lines: string[] = [];
          see(pipelineTo(gateway))
            .pipe(topic('news', () => (calls++ === 0 ? {} : { bad: 1n })))
            .subscribe(tracing(lines)('news'));
          flush();
          expect(lines).to.deep.equal(['news! malformedMessage']);
          expect(gateway).to.include({ connections: 1, open: 0 });
        });
      });

      it('P43: a subscriber that throws hurts no other', () => {
        const clock = sinon.useFakeTimers();
        try {
          const gateway = fakeGateway({ topics });
          const bars$ = see(pipelineTo(gateway)).pipe(topic('bars'));
          const lines: string[] = [];
          bars$.subscribe(() => {
            throw new Error('broken subscriber');
          });
          bars$.subscribe(tracing(lines)('x'));
          clock.tick(50);
          gateway.publish('bars', 1);
          gateway.publish('bars', 2);
          expect(() => clock.tick(5)).to.throw('broken subscriber');
          clock.tick(5);
          expect(lines).to.deep.equal(['x 1', 'x 2']);
          expect(gateway).to.include({ connections: 1, open: 1 });
        } finally {
          clock.restore();
        }
      });

      it('can be left and joined from within a value', () => {
        virtualTime(({ acts, flush }) => {
          const gateway = fakeGateway({ topics });
          const shared$ = pipelineTo(gateway);
          const bars$ = see(shared$).pipe(topic('bars'));
          const lines: string[] = [];
          const trace = tracing(lines);
          shared$.subscribe(quiet);
          bars$.pipe(take(1), concatWith(bars$)).subscribe(trace('x'));
          bars$.subscribe(trace('y'));
          acts('-a-b', { a: () => gateway.publish('bars', 1), b: () => gateway.publish('bars', 2) });
          endAt(9, shared$);
          flush();
          // Who joined within a value is not given that value.
          expect(lines.filter((line) => !line.endsWith('|'))).to.deep.equal(['x 1', 'y 1', 'y 2', 'x 2']);
          expect(linesOf(gateway.sent)).to.deep.equal(['1 subscribe bars']);
        });
      });

      it('tells functions in the order in which they came: none that left by then, and none that joins within a value of that value', () => {
        virtualTime(({ acts, flush }) => {
          const gateway = fakeGateway({ topics });
          const shared$ = pipelineTo(gateway);
          const bars$ = see(shared$).pipe(topic('bars'));
          const lines: string[] = [];
          const join = (name: string) => bars$.subscribe((value) => lines.push(`${name} ${String(value)}`));
          shared$.subscribe(quiet);
          bars$.subscribe((value) => {
            lines.push(`a ${String(value)}`);
            if (value !== 1) return;
            join('e');
            b.unsubscribe();
          });
          const b = join('b');
          const all = ['c', 'd'].map(join);
          acts('-1-2-x-3', {
            1: () => gateway.publish('bars', 1),
            2: () => gateway.publish('bars', 2),
            3: () => gateway.publish('bars', 3),
            x: () => all[0]?.unsubscribe(),
          });
          endAt(9, shared$);
          flush();
          expect(lines).to.deep.equal(['a 1', 'c 1', 'd 1', 'a 2', 'c 2', 'd 2', 'e 2', 'a 3', 'd 3', 'e 3']);
          expect([b, ...all].map(({ closed }) => closed)).to.deep.equal([true, true, true]);
          expect(linesOf(gateway.sent)).to.deep.equal(['1 subscribe bars']);
        });
      });
    });

  describe('with replay: 1', () => {
    const replayed: TopicOptions = { replay: 1 };

    it('gives a late subscriber the last value, also while no session is open', () => {
      virtualTime(({ acts, flush, now }) => {
        const gateway = fakeGateway({ topics });
        const shared$ = pipelineTo(gateway);
        const bars$ = shared$.pipe(topic('bars', undefined, replayed));
        const lines: string[] = [];
        const trace = tracing(lines, now);
        bars$.subscribe(trace('x'));
        acts('-a-y-d-z', {
          a: () => gateway.publish('bars', 1),
          y: () => bars$.subscribe(trace('y')),
          d: () => gateway.drop(),
          z: () => bars$.subscribe(trace('z')),
        });
        endAt(20, shared$);
        flush();
        expect(lines.filter((line) => !line.endsWith('|'))).to.deep.equal(['1 x 1', '3 y 1', '7 z 1']);
      });
    });

    it('gives it to a function as well, and unsubscribes with the last', () => {
      virtualTime(({ acts, flush }) => {
        const gateway = fakeGateway({ topics });
        const shared$ = pipelineTo(gateway);
        const bars$ = shared$.pipe(topic('bars', undefined, replayed));
        const lines: string[] = [];
        const join = (name: string) => bars$.subscribe((value) => lines.push(`${name} ${String(value)}`));
        const subscriptions = [shared$.subscribe(quiet), join('x')];
        acts('-a-y-b-u', {
          a: () => gateway.publish('bars', 1),
          b: () => gateway.publish('bars', 2),
          y: () => subscriptions.push(join('y')),
          u: () => subscriptions.slice(1).forEach((subscription) => subscription.unsubscribe()),
        });
        endAt(20, shared$);
        flush();
        expect(lines).to.deep.equal(['x 1', 'y 1', 'x 2', 'y 2']);
        expect(linesOf(gateway.sent)).to.deep.equal(['1 subscribe bars', '1 unsubscribe bars']);
      });
    });

    it('forgets it with the last subscriber', () => {
      virtualTime(({ acts, flush }) => {
        const gateway = fakeGateway({ topics });
        const shared$ = pipelineTo(gateway);
        const bars$ = shared$.pipe(topic('bars', undefined, replayed));
        const lines: string[] = [];
        shared$.subscribe(quiet);
        const first = bars$.subscribe();
        acts('-a-u-y', {
          a: () => gateway.publish('bars', 1),
          u: () => first.unsubscribe(),
          y: () => bars$.subscribe(tracing(lines)('y')),
        });
        endAt(20, shared$);
        flush();
        expect(lines).to.deep.equal(['y |']);
      });
    });

    it('does not replay without it', () => {
      virtualTime(({ acts, flush }) => {
        const gateway = fakeGateway({ topics });
        const shared$ = pipelineTo(gateway);
        const bars$ = shared$.pipe(topic('bars'));
        const lines: string[] = [];
        bars$.subscribe();
        acts('-a-y', { a: () => gateway.publish('bars', 1), y: () => bars$.subscribe(tracing(lines)('y')) });
        endAt(20, shared$);
        flush();
        expect(lines).to.deep.equal(['y |']);
      });
    });
  });

  describe('with linger', () => {
    const lingering: TopicOptions = { linger: 5, replay: 1 };
    const hopping = (diagram: string) => {
      const lines: string[] = [];
      let sent: string[] = [];
      virtualTime(({ acts, flush, now }) => {
        const gateway = fakeGateway({ topics });
        const shared$ = pipelineTo(gateway);
        const bars$ = shared$.pipe(topic('bars', undefined, lingering));
        let current = bars$.subscribe(tracing(lines, now)('x'));
        acts(diagram, {
          p: () => gateway.publish('bars', now()),
          u: () => current.unsubscribe(),
          s: () => (current = bars$.subscribe(tracing(lines, now)('x'))),
          d: () => gateway.drop(),
        });
        shared$.subscribe(quiet);
        endAt(40, shared$);
        flush();
        sent = linesOf(gateway.sent);
      });
      return { sent, lines: lines.filter((line) => !line.endsWith('|')) };
    };

    it('P31: who comes back within it finds the subscription and its last value', () => {
      const { sent, lines } = hopping('-pu---s-p');
      expect(sent).to.deep.equal(['1 subscribe bars']);
      expect(lines).to.deep.equal(['1 x 1', '6 x 1', '8 x 8']);
    });

    it('unsubscribes once it is over', () => {
      const { sent, lines } = hopping('-pu------s-p');
      expect(sent).to.deep.equal(['1 subscribe bars', '1 unsubscribe bars', '1 subscribe bars']);
      expect(lines).to.deep.equal(['1 x 1', '11 x 11']);
    });

    it('begins anew each time the last one leaves', () => {
      const { sent } = hopping('-u--s-u--s-u--s');
      expect(sent).to.deep.equal(['1 subscribe bars']);
    });

    it('keeps the topic wanted over a lost session', () => {
      expect(hopping('-d-u 20ms d').sent).to.deep.equal(['1 subscribe bars', '2 subscribe bars', '2 unsubscribe bars']);
      expect(hopping('-d-u---s').sent).to.deep.equal(['1 subscribe bars', '2 subscribe bars']);
    });

    it('holds the connection, and lets it go at its end', () => {
      virtualTime(({ flush, acts }) => {
        const gateway = fakeGateway({ topics });
        const opened: number[] = [];
        const bars = pipelineTo(gateway)
          .pipe(topic('bars', undefined, lingering))
          .subscribe();
        acts('-u--a---b', {
          u: () => bars.unsubscribe(),
          a: () => opened.push(gateway.open),
          b: () => opened.push(gateway.open),
        });
        flush();
        expect(opened).to.deep.equal([1, 0]);
        expect(gateway.closes).to.deep.equal([1000]);
      });
    });
  });

  describe('with options that its other subscribers do not share', () => {
    for (const options of [{ replay: 1 }, { linger: 5 }] as const)
      it(`is a TypeError for the newcomer: ${JSON.stringify(options)}`, () => {
        virtualTime(({ flush, acts }) => {
          const gateway = fakeGateway({ topics });
          const shared$ = pipelineTo(gateway);
          const lines: string[] = [];
          let error: unknown;
          shared$.pipe(topic('bars')).subscribe(tracing(lines)('x'));
          shared$.pipe(topic('bars', undefined, options)).subscribe({ error: (problem: unknown) => (error = problem) });
          acts('-p', { p: () => gateway.publish('bars', 1) });
          endAt(9, shared$);
          flush();
          expect(error)
            .to.be.instanceOf(TypeError)
            .with.property('message')
            .that.matches(/replay and linger/);
          expect(lines).to.deep.equal(['x 1', 'x |']);
        });
      });
  });

  describe('on one session', () => {
    frozenTime();

    const confirm = (id: number, name: string): Message => ({ kind: 'confirmation', id, topic: name });
    const note = (name: string, data: unknown): Message => ({ kind: 'notification', topic: name, data });

    const setting = (options: Parameters<typeof fakeSession>[0] = {}) => {
      const counters = createCounters();
      const reported: GatewayEvent[] = [];
      const fake = fakeSession({ counters, events: { next: (event) => reported.push(event) }, ...options });
      const lines: string[] = [];
      return { ...fake, counters, lines, reported, trace: tracing(lines) };
    };

    it('P17: emits nothing before the confirmation, then what was held, in order', () => {
      const { session$, receive, lines, trace } = setting();
      session$.pipe(topic('bars')).subscribe(trace('x'));
      for (const data of [1, 2]) receive(note('bars', data));
      expect(lines).to.deep.equal([]);
      receive(confirm(1, 'bars'));
      receive(note('bars', 3));
      expect(lines).to.deep.equal(['x 1', 'x 2', 'x 3']);
    });

    it('routes by the name that the gateway confirmed', () => {
      const { session$, receive, lines, trace, sent, counters } = setting();
      const subscription = session$.pipe(topic('BARS')).subscribe(trace('x'));
      receive(note('bars', 1));
      receive(note('BARS', 'stranger'));
      receive(confirm(1, 'bars'));
      receive(note('bars', 2));
      receive(note('BARS', 'stranger'));
      expect(lines).to.deep.equal(['x 1', 'x 2']);
      expect(counters.drops.unroutedNotification).to.equal(2);
      subscription.unsubscribe();
      expect(sent.at(0)).to.include({ kind: 'subscribe', topic: 'BARS' });
    });

    it('unsubscribes by the name that the gateway confirmed', () => {
      const { session, receive, sent } = setting();
      const subscription = session.topic('BARS').subscribe();
      receive(confirm(1, 'bars'));
      subscription.unsubscribe();
      expect(sent.at(1)).to.deep.equal({ kind: 'unsubscribe', id: 1, topic: 'bars' });
    });

    it('holds at most maxHeld: the oldest go, counted, with one gap event for each topic', () => {
      const { session, receive, lines, trace, counters, reported } = setting({ maxHeld: 3 });
      session.topic('bars').subscribe(trace('x'));
      session.topic('news').subscribe(trace('y'));
      for (const data of [1, 2, 3, 4, 5]) receive(note('bars', data));
      receive(note('news', 6));
      receive(confirm(1, 'bars'));
      receive(confirm(2, 'news'));
      expect(lines).to.deep.equal(['x 4', 'x 5', 'y 6']);
      expect(counters.drops.heldOverflow).to.equal(3);
      expect(reported.filter(({ type }) => type === 'gap')).to.deep.equal([{ type: 'gap', session: 1, topic: 'bars' }]);
    });

    it('holds nothing with maxHeld: 0', () => {
      const { session, receive, lines, trace, counters } = setting({ maxHeld: 0 });
      session.topic('bars').subscribe(trace('x'));
      receive(note('bars', 1));
      receive(confirm(1, 'bars'));
      expect(lines).to.deep.equal([]);
      expect(counters.drops.heldOverflow).to.equal(1);
    });

    it('forgets what was held once nobody waits for a confirmation', () => {
      const { session, receive, lines, trace, counters } = setting();
      session.topic('bars').subscribe().unsubscribe();
      const other = session.topic('news').subscribe(trace('y'));
      receive(note('bars', 1));
      other.unsubscribe();
      session.topic('bars').subscribe(trace('x'));
      receive(confirm(3, 'bars'));
      expect(lines).to.deep.equal([]);
      expect(counters.drops.unroutedNotification).to.equal(1);
    });

    it('catches a confirmation, a value and a refusal that come in the turn of the subscribe', () => {
      for (const answer of [[confirm(1, 'bars'), note('bars', 1)], [{ kind: 'refusal', id: 1, code: 'NO' } as const]] as const) {
        const lines: string[] = [];
        const eager = fakeSession({
          protocol: {
            name: 'eager',
            client: () => ({
              encode: ({ kind }) => {
                if (kind === 'subscribe') for (const message of answer) eager.receive(message);
                return undefined;
              },
              decode: () => [],
            }),
          },
        });
        eager.session.topic('bars').subscribe(tracing(lines)('x'));
        expect(lines).to.deep.equal(answer.length === 2 ? ['x 1'] : ['x! subscriptionRejected']);
      }
    });

    it('is refused with the code, text and data of the gateway, by a refusal or by an error reply', () => {
      for (const kind of ['refusal', 'failure'] as const) {
        const { session, receive, reported } = setting();
        let error: unknown;
        session.topic('bars').subscribe({ error: (problem: unknown) => (error = problem) });
        receive({ kind, id: 1, code: 'NO', message: 'not yours', data: { why: 1 } });
        expect(error).to.be.instanceOf(SubscriptionRejectedError);
        expect(error).to.include({ topic: 'bars', code: 'NO', retryable: false });
        expect((error as SubscriptionRejectedError).message).to.match(/not yours/);
        expect(reported.at(-1)).to.deep.equal({ type: 'refused', session: 1, topic: 'bars', code: 'NO' });
      }
    });

    it('is refused alone: the other topics go on', () => {
      const { session, receive, lines, trace } = setting();
      session.topic('bars').subscribe(trace('x'));
      session.topic('news').subscribe(trace('y'));
      receive({ kind: 'refusal', id: 2, code: 'NO' });
      receive(confirm(1, 'bars'));
      receive(note('bars', 1));
      expect(lines).to.deep.equal(['y! subscriptionRejected', 'x 1']);
    });

    it('times out with the code TIMEOUT, retryable, and says unsubscribe', () => {
      virtualTime(({ flush, now }) => {
        const { session, sent } = setting({ confirmTimeout: 7 });
        let error: unknown;
        session.topic('bars').subscribe({ error: (problem: unknown) => (error = { problem, at: now() }) });
        flush();
        expect(error).to.have.property('at', 7);
        expect((error as { problem: unknown }).problem).to.include({ code: 'TIMEOUT', retryable: true });
        expect(sent.at(1)).to.deep.equal({ kind: 'unsubscribe', id: 1, topic: 'bars' });
      });
    });

    it('does not time out once it is confirmed', () => {
      virtualTime(({ acts, expectObservable }) => {
        const { session, receive } = fakeSession({ confirmTimeout: 7 });
        acts('           ---c 9ms n', { c: () => receive(confirm(1, 'bars')), n: () => receive(note('bars', 'n')) });
        const expected = '---- 9ms n';

        expectObservable(session.topic('bars')).toBe(expected);
      });
    });

    it('completes with its session', () => {
      const { session, drop, lines, trace } = setting();
      session.topic('bars').subscribe(trace('x'));
      drop();
      expect(lines).to.deep.equal(['x |']);
    });

    it('drops and counts what belongs to no topic', () => {
      const { receive, counters } = setting();
      receive(note('bars', 1));
      receive(confirm(1, 'bars'));
      receive({ kind: 'refusal', id: 1, code: 'NO' });
      receive({ kind: 'ended', topic: 'bars' });
      expect(counters.drops).to.include({ unroutedNotification: 1, unmatchedConfirmation: 3 });
    });

    it('P35: is found by its name: a value of one of 500 topics is looked at once', () => {
      const { session, receive } = setting();
      const calls = sinon.spy();
      for (let n = 1; n <= 500; n++) {
        session.topic(`t${n}`).subscribe(calls);
        receive(confirm(n, `t${n}`));
      }
      for (let n = 0; n < 100; n++) receive(note('t7', n));
      sinon.assert.callCount(calls, 100);
    });

    it('tells what happened to it as events', () => {
      const { session, receive, reported } = setting();
      const subscription = session.topic('bars').subscribe();
      session.topic('news').subscribe();
      receive(confirm(1, 'bars'));
      receive(confirm(2, 'news'));
      receive({ kind: 'ended', topic: 'news' });
      subscription.unsubscribe();
      expect(reported).to.deep.equal([
        { type: 'subscribed', session: 1, topic: 'bars' },
        { type: 'subscribed', session: 1, topic: 'news' },
        { type: 'unsubscribed', session: 1, topic: 'news', by: 'them' },
        { type: 'unsubscribed', session: 1, topic: 'bars', by: 'us' },
      ]);
    });
  });

  it('P15: is subscribed again before what waited, which goes before what the new session is used for', () => {
    virtualTime(({ acts, flush }) => {
      const gateway = fakeGateway({ topics, commands: { x: () => 1 } });
      const session$ = pipelineTo(gateway);
      session$.subscribe({ next: (session) => session.send('emitted'), ...quiet });
      session$.pipe(topic('bars')).subscribe();
      acts('-d-q', { d: () => gateway.drop(), q: () => session$.pipe(request('x')).subscribe() });
      endAt(20, session$);
      flush();
      const second = linesOf(gateway.sent).filter((line) => line.startsWith('2'));
      expect(second).to.deep.equal(['2 subscribe bars', '2 request x', '2 send emitted']);
    });
  });

  it('is subscribed again although its session was lost in the turn of its subscribe', () => {
    virtualTime(({ flush }) => {
      const gateway = fakeGateway({ topics });
      let current: Session | undefined;
      let times = 0;
      const events = {
        observed: true,
        next: (event: GatewayEvent) => {
          if (event.type === 'sent' && event.kind === 'subscribe' && times++ === 0)
            current?.terminate(new SubscriptionRejectedError('x', 'x', undefined, { retryable: true }));
        },
      };
      const session$ = pipelineTo(gateway, {}, { events });
      session$.subscribe({ next: (session) => (current = session), ...quiet });
      timer(1).subscribe(() => session$.pipe(topic('bars')).subscribe());
      endAt(20, session$);
      flush();
      expect(linesOf(gateway.sent)).to.include('2 subscribe bars');
    });
  });

  describe('on a session in memory', () => {
    frozenTime();

    it('lets a topic of a completed stream complete', () => {
      const lines: string[] = [];
      (EMPTY as Observable<Session>).pipe(topic('bars')).subscribe(tracing(lines)('x'));
      expect(lines).to.deep.equal(['x |']);
    });

    it('beside notifications, which hear the same', () => {
      const { session$, receive } = fakeSession();
      const lines: string[] = [];
      const trace = tracing(lines);
      session$.pipe(notifications('bars')).subscribe((message) => trace('n').next(message.data));
      session$.pipe(topic('bars')).subscribe(trace('t'));
      receive({ kind: 'notification', topic: 'bars', data: 1 });
      receive({ kind: 'confirmation', id: 1, topic: 'bars' });
      expect(lines).to.deep.equal(['n 1', 't 1']);
    });

    describe('an invalid option', () => {
      const invalid: readonly [string, unknown[], typeof TypeError | typeof RangeError, RegExp][] = [
        ['an empty name', [''], TypeError, /name/],
        ['a replay of 2', ['x', undefined, { replay: 2 }], RangeError, /replay/],
        ['a negative linger', ['x', undefined, { linger: -1 }], RangeError, /linger/],
        ['a template without its parameter', ['bars:{symbol}', {}], TypeError, /params\.symbol/],
      ];
      for (const [title, args, type, message] of invalid)
        it(`is refused at the call: ${title}`, () => {
          const call = (topic as (...args: unknown[]) => unknown).bind(undefined, ...args);
          expect(call).to.throw(type, message);
        });
    });

    it('is wanted no more when it was left while no session was open', () => {
      virtualTime(({ acts, flush }) => {
        const gateway = fakeGateway({ topics });
        const shared$ = pipelineTo(gateway);
        shared$.subscribe(quiet);
        const bars = shared$.pipe(topic('bars', undefined, { linger: 2 })).subscribe();
        acts('-du', { d: () => gateway.drop(), u: () => bars.unsubscribe() });
        endAt(20, shared$);
        flush();
        expect(gateway.connections).to.equal(2);
        expect(linesOf(gateway.sent)).to.deep.equal(['1 subscribe bars']);
      });
    });

    it('is left on the wire by a subscriber that was content with a value in the turn of its subscribe', () => {
      for (const waits of [false, true]) {
        const eager = fakeSession({
          protocol: {
            name: 'eager',
            client: () => ({
              encode: ({ kind }) => {
                if (kind !== 'subscribe') return undefined;
                eager.receive({ kind: 'confirmation', id: 1, topic: 'bars' });
                eager.receive({ kind: 'notification', topic: 'bars', data: 1 });
                return undefined;
              },
              decode: () => [],
            }),
          },
        });
        const lines: string[] = [];
        const source = new Subject<Session>();
        const session$ = source.pipe(shareSession());
        session$.subscribe();
        if (!waits) source.next(eager.session);
        session$.pipe(topic('bars'), take(1)).subscribe(tracing(lines)('x'));
        if (waits) source.next(eager.session);
        expect(lines).to.deep.equal(['x 1', 'x |']);
        expect(eager.sent.map(({ kind }) => kind)).to.have.members(['subscribe', 'unsubscribe']);
      }
    });
  });
});
