import { expect } from 'chai';
import { concat, EMPTY, NEVER, Observable, of, Subject, throwError, timer } from 'rxjs';
import { z } from 'zod';
import { ConnectionLostError, RequestFailedError } from '../../lib/errors/gatewayErrors.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { type CommandHandler, commands, type CommandsConfig } from '../../lib/server/commands.js';
import type { Peer } from '../../lib/server/peer.js';
import { createServerCounters } from '../../lib/server/serverCounters.js';
import { validated } from '../../lib/server/validated.js';
import { until } from '../support/until.js';
import { type FakePeer, fakePeer } from './fakePeer.js';

/** An observable that tells whether anybody is subscribed to it. */
const watched = <T>(source: Observable<T>) => {
  const watch = {
    subscribers: 0,
    values: new Observable<T>((subscriber) => {
      watch.subscribers++;
      subscriber.add(() => watch.subscribers--);
      return source.subscribe(subscriber);
    }),
  };
  return watch;
};

const unknown = (command: string) => ({ code: 'UNKNOWN_COMMAND', error: `there is no command "${command}"` });
const internal = { code: 'INTERNAL_ERROR', error: 'the command failed' };

describe('commands', () => {
  let client: FakePeer;
  const serving = (handlers: Readonly<Record<string, CommandHandler<Peer>>>) => client.through(commands(handlers));
  const ask = (id: string, command: string, more: object = {}) => client.receive({ id, command, ...more });

  beforeEach(() => {
    client = fakePeer();
  });

  it('lets go at once of what a handler gives that ends its own peer, or the stage', () => {
    for (const byPeer of [true, false]) {
      client = fakePeer();
      const source = watched(new Subject());
      const stage = serving({
        ticks: (_data, { peer }) => {
          if (byPeer) peer.terminate(new ConnectionLostError(1006, '', false));
          else stage.unsubscribe();
          return source.values;
        },
      });
      ask('a', 'ticks', { stream: true });
      expect(source.subscribers).to.equal(0);
    }
  });

  describe('a request', () => {
    it('S2: gets the value that its handler returns, made of its data', () => {
      serving({ add: ([a, b]: [number, number]) => a + b });
      ask('a', 'add', { data: [1, 2] });
      expect(client.sent).to.deep.equal([{ type: 'RESPONSE', id: 'a', data: 3 }]);
    });

    it('S2: gets what a promise resolves to', async () => {
      serving({ slow: () => Promise.resolve({ done: true }) });
      ask('a', 'slow');
      expect(await client.frame(({ id }) => id === 'a')).to.deep.equal({ type: 'RESPONSE', id: 'a', data: { done: true } });
    });

    it('gets the first value of an observable, which is then unsubscribed', () => {
      const ticks = new Subject<number>();
      const source = watched(ticks);
      serving({ tick: () => source.values });
      ask('a', 'tick');
      expect(client.sent).to.deep.equal([]);
      ticks.next(7);
      expect(client.sent).to.deep.equal([{ type: 'RESPONSE', id: 'a', data: 7 }]);
      expect(source.subscribers).to.equal(0);
    });

    it('gets the first value of an async iterable, which is then released', async () => {
      let released = () => {};
      const release = new Promise<void>((resolve) => (released = resolve));
      async function* pages() {
        try {
          yield 1;
          yield 2;
        } finally {
          released();
        }
      }
      serving({ page: pages });
      ask('a', 'page');
      await release;
      expect(client.sent).to.deep.equal([{ type: 'RESPONSE', id: 'a', data: 1 }]);
    });

    it('gets a reply without data when nothing is returned, or nothing emitted', () => {
      serving({ nothing: () => undefined, empty: () => EMPTY });
      ask('a', 'nothing');
      ask('b', 'empty');
      expect(client.sent).to.deep.equal([
        { type: 'RESPONSE', id: 'a' },
        { type: 'RESPONSE', id: 'b' },
      ]);
    });

    it('is handled with its key and the peer that asks', () => {
      const told: unknown[] = [];
      serving({ order: (_data, { peer, key }) => told.push(peer, key) });
      ask('a', 'order', { key: 'k1' });
      expect(told).to.deep.equal([client.peer, 'k1']);
    });

    it('is answered beside others that are under way, each with its own id', () => {
      const first = new Subject<string>();
      const second = new Subject<string>();
      serving({ first: () => first, second: () => second });
      ask('a', 'first');
      ask('b', 'second');
      second.next('2');
      first.next('1');
      expect(client.sent).to.deep.equal([
        { type: 'RESPONSE', id: 'b', data: '2' },
        { type: 'RESPONSE', id: 'a', data: '1' },
      ]);
    });
  });

  describe('a request for a stream', () => {
    it('S2: gets each value of an observable, and its end', () => {
      const ticks = new Subject<number>();
      serving({ ticks: () => ticks });
      ask('a', 'ticks', { stream: true });
      ticks.next(1);
      ticks.next(2);
      ticks.complete();
      expect(client.sent).to.deep.equal([
        { type: 'RESPONSE', id: 'a', data: 1, more: true },
        { type: 'RESPONSE', id: 'a', data: 2, more: true },
        { type: 'RESPONSE', id: 'a' },
      ]);
    });

    it('gets each value of an async iterable, and its end', async () => {
      serving({
        pages: async function* () {
          yield 'one';
          yield 'two';
        },
      });
      ask('a', 'pages', { stream: true });
      await client.frame(({ more }) => more === undefined);
      expect(client.sent.map(({ data }) => data)).to.deep.equal(['one', 'two', undefined]);
    });

    it('S9: from an async iterable waits while the socket of its peer is full', async () => {
      let buffered = 65_537;
      const asked: string[] = [];
      client = fakePeer(1, { buffered: () => buffered });
      serving({
        pages: async function* () {
          for (const page of ['one', 'two']) {
            asked.push(page);
            yield page;
          }
        },
      });
      ask('a', 'pages', { stream: true });
      await new Promise((resolve) => timer(20).subscribe(resolve));
      expect([asked, client.sent]).to.deep.equal([[], []]);
      buffered = 65_536;
      await client.frame(({ more }) => more === undefined);
      expect(client.sent.map(({ data }) => data)).to.deep.equal(['one', 'two', undefined]);
    });

    it('S2: gets the error that ends it after its values', () => {
      serving({
        pages: () =>
          concat(
            of(1),
            throwError(() => new RequestFailedError('pages', 'GONE')),
          ),
      });
      ask('a', 'pages', { stream: true });
      expect(client.sent).to.deep.equal([
        { type: 'RESPONSE', id: 'a', data: 1, more: true },
        { type: 'ERROR', id: 'a', code: 'GONE' },
      ]);
    });
  });

  describe('maxRunning', () => {
    const bounded = (config: CommandsConfig, handlers: Readonly<Record<string, CommandHandler<Peer>>>) =>
      client.through(commands(handlers, config));
    const busy = (id: string, retryAfter = 1_000) => ({
      ...{ type: 'ERROR', id, code: 'BUSY', error: '2 at once at most', retryAfter },
    });

    it('answers a request beyond it with BUSY and when to come again, and its handler is not asked', () => {
      const go = new Subject<number>();
      let asked = 0;
      bounded({ maxRunning: 2 }, { work: () => (asked++, go) });
      for (const id of ['a', 'b', 'c']) ask(id, 'work');
      expect([asked, client.sent]).to.deep.equal([2, [busy('c')]]);
      go.next(1);
      ask('d', 'work');
      expect(asked).to.equal(3);
      expect(client.sent.slice(1)).to.deep.equal(['a', 'b'].map((id) => ({ type: 'RESPONSE', id, data: 1 })));
    });

    it('counts a stream for as long as it runs, and a send, which is dropped and counted beyond it', () => {
      const counters = createServerCounters();
      client = fakePeer(1, { counters });
      let asked = 0;
      bounded({ maxRunning: 2, retryAfter: 70 }, { work: () => (asked++, NEVER) });
      ask('a', 'work', { stream: true });
      client.receive({ command: 'work' });
      client.receive({ command: 'work' });
      ask('b', 'work');
      expect(client.sent).to.deep.equal([busy('b', 70)]);
      expect([asked, counters.drops.busy, counters.commands.refused]).to.deep.equal([2, 1, 2]);
      client.receive({ type: 'CANCEL', id: 'a' });
      ask('c', 'work');
      expect(asked).to.equal(3);
    });

    it('is for each peer by itself, and an id that is asked with again takes the place of its request', () => {
      const other = fakePeer(2);
      let asked = 0;
      of(client.peer, other.peer)
        .pipe((peers) => concat(peers, NEVER), commands({ work: () => (asked++, NEVER) }, { maxRunning: 2 }))
        .subscribe();
      for (const id of ['a', 'b', 'a', 'b']) ask(id, 'work');
      other.receive({ id: 'a', command: 'work' });
      expect([asked, client.sent, other.sent]).to.deep.equal([5, [], []]);
    });

    it('is no bound for what is done at once', () => {
      bounded({ maxRunning: 1 }, { work: (n: number) => n });
      for (let n = 0; n < 10; n++) ask(`${n}`, 'work', { data: n });
      expect(client.sent.map(({ data }) => data)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });

    it("is one peer's share of the server: all stages count together", () => {
      const work = () => NEVER;
      client.through(commands({ a: work }, { maxRunning: 2 }), commands({ b: work }, { maxRunning: 3 }));
      let last = 0;
      const codes = (...asked: string[]): unknown[] => {
        for (const command of asked) ask(`${++last}`, command);
        return client.sent.map(({ error }) => error);
      };
      expect(codes('b', 'b')).to.deep.equal([]);
      expect(codes('a')).to.deep.equal(['2 at once at most']);
      expect(codes('b', 'b')).to.deep.equal(['2 at once at most', '3 at once at most']);
    });

    it('is, where a stage says nothing, what another says, if that is more than 1,000', () => {
      const work = () => NEVER;
      client.through(
        commands({ quiet: work }),
        commands({ b: work }, { maxRunning: 1_100 }),
        commands({ c: work }, { maxRunning: 5 }),
      );
      for (let n = 0; n < 1_101; n++) ask(`${n}`, 'quiet');
      expect(client.sent.map(({ id, code }) => [id, code])).to.deep.equal([['1100', 'BUSY']]);
      client = fakePeer();
      client.through(commands({ quiet: work }), commands({ c: work }, { maxRunning: 5 }));
      for (let n = 0; n < 6; n++) ask(`${n}`, 'quiet');
      expect(client.sent).to.deep.equal([]);
    });

    it('is free again for the others when a stage leaves with what it has at work', () => {
      const work = () => NEVER;
      const leaving = client.through(commands({ a: work }, { maxRunning: 2 }));
      client.through(commands({ b: work }, { maxRunning: 2 }));
      for (const id of ['1', '2']) ask(id, 'a');
      leaving.unsubscribe();
      for (const id of ['3', '4', '5']) ask(id, 'b');
      expect(client.sent.map(({ id }) => id)).to.deep.equal(['5']);
    });

    it('is 1,000 where nothing is said', () => {
      serving({ work: () => NEVER });
      for (let n = 0; n < 1_001; n++) ask(`${n}`, 'work');
      expect(client.sent.map(({ id, code }) => [id, code])).to.deep.equal([['1000', 'BUSY']]);
    });
  });

  for (const [config, Wrong] of [
    [{ maxRunning: 0 }, RangeError],
    [{ maxRunning: '1' }, TypeError],
    [{ maxBuffered: 0 }, RangeError],
    [{ retryAfter: -1 }, RangeError],
  ] as const)
    it(`names the option that is invalid in ${JSON.stringify(config)}`, () => {
      expect(() => commands({}, config as never)).to.throw(Wrong, `commands: ${Object.keys(config)[0]} must`);
    });

  describe('a failure', () => {
    const told = new RequestFailedError('order', 'NO_FUNDS', { missing: 5 }, { detail: 'not enough', retryAfter: 250 });

    for (const [how, handler] of [
      [
        'thrown',
        () => {
          throw told;
        },
      ],
      ['rejected', () => Promise.reject(told)],
      ['emitted', () => throwError(() => told)],
    ] as const)
      it(`is answered with code, text, data and advice of a RequestFailedError that is ${how}`, async () => {
        serving({ order: handler });
        ask('a', 'order');
        const frame = await client.frame(({ id }) => id === 'a');
        expect(frame).to.deep.equal({
          ...{ type: 'ERROR', id: 'a', code: 'NO_FUNDS', error: 'not enough' },
          ...{ data: { missing: 5 }, retryAfter: 250 },
        });
        expect(client.failures).to.deep.equal([]);
      });

    for (const [what, error] of [
      ['a foreign error', new Error('password=secret')],
      ["an error of the handler's own gateway", new ConnectionLostError(1006, 'upstream', false)],
      ['no error at all', 'a string'],
    ] as const)
      it(`tells the client nothing of ${what}, and is reported`, () => {
        serving({ order: () => throwError(() => error) });
        ask('a', 'order');
        expect(client.sent).to.deep.equal([{ type: 'ERROR', id: 'a', ...internal }]);
        expect(client.failures).to.deep.equal([{ type: 'hookFailed', hook: 'order', cause: error }]);
      });

    it('is what a reply that cannot be encoded is: it costs that request only', () => {
      const source = watched(concat(of(1n), NEVER));
      serving({ big: () => source.values, small: () => 1 });
      ask('a', 'big', { stream: true });
      ask('b', 'small');
      expect(client.sent).to.deep.equal([
        { type: 'ERROR', id: 'a', ...internal },
        { type: 'RESPONSE', id: 'b', data: 1 },
      ]);
      expect(client.failures.map(({ hook, cause }) => [hook, cause.kind])).to.deep.equal([['big', 'malformedMessage']]);
      expect(source.subscribers).to.equal(0);
    });

    it('whose data cannot be encoded is answered without it, and reported', () => {
      const error = new RequestFailedError('order', 'NO_FUNDS', { missing: 5n }, { detail: 'not enough', retryAfter: 250 });
      serving({ order: () => throwError(() => error) });
      ask('a', 'order');
      expect(client.sent).to.deep.equal([{ type: 'ERROR', id: 'a', code: 'NO_FUNDS', error: 'not enough', retryAfter: 250 }]);
      expect(client.failures.map(({ hook, cause }) => [hook, cause.kind])).to.deep.equal([['order', 'malformedMessage']]);
    });

    it('is what an unknown command is', () => {
      serving({ known: () => 1 });
      for (const name of ['unknown', 'toString', '__proto__']) ask(name, name);
      expect(client.sent).to.deep.equal(
        ['unknown', 'toString', '__proto__'].map((name) => ({ type: 'ERROR', id: name, ...unknown(name) })),
      );
    });
  });

  describe('the end of a request', () => {
    it('S2: comes with a cancel: the producer is unsubscribed, and nothing more is sent', () => {
      const ticks = new Subject<number>();
      const source = watched(ticks);
      serving({ ticks: () => source.values });
      ask('a', 'ticks', { stream: true });
      ask('b', 'ticks', { stream: true });
      client.receive({ type: 'CANCEL', id: 'a' });
      expect(source.subscribers).to.equal(1);
      ticks.next(1);
      expect(client.sent.map(({ id }) => id)).to.deep.equal(['b']);
    });

    it('comes with a cancel to an async iterable that waits for its next value', async () => {
      let released = () => {};
      const release = new Promise<void>((resolve) => (released = resolve));
      const endless: AsyncIterable<never> = {
        [Symbol.asyncIterator]: () => ({
          next: () => new Promise(() => {}),
          return: () => {
            released();
            return Promise.resolve({ done: true, value: undefined });
          },
        }),
      };
      serving({ endless: () => endless });
      ask('a', 'endless', { stream: true });
      client.receive({ type: 'CANCEL', id: 'a' });
      await release;
      expect(client.sent).to.deep.equal([]);
    });

    it('S2: comes with the disconnect of its peer: every producer is unsubscribed', () => {
      const source = watched(NEVER);
      serving({ wait: () => source.values });
      ask('a', 'wait');
      ask('b', 'wait', { stream: true });
      expect(source.subscribers).to.equal(2);
      client.disconnect();
      expect(source.subscribers).to.equal(0);
    });

    it('leaves nothing behind, whether it was answered, failed or cancelled', () => {
      serving({ now: () => 1, never: () => NEVER, wrong: () => throwError(() => new Error('wrong')) });
      const running = () => [...(peerLink(client.peer).running?.keys() ?? [])];
      for (const command of ['now', 'never', 'wrong']) ask(command, command);
      expect(running()).to.deep.equal(['never']);
      client.receive({ type: 'CANCEL', id: 'never' });
      expect(running()).to.deep.equal([]);
    });

    it('comes when the id is used again: it stands for the new request', () => {
      const source = watched(NEVER);
      serving({ wait: () => source.values, now: () => 'now' });
      ask('a', 'wait');
      ask('a', 'now');
      expect(source.subscribers).to.equal(0);
      expect(client.sent).to.deep.equal([{ type: 'RESPONSE', id: 'a', data: 'now' }]);
    });

    it('comes when the stage is unsubscribed; later requests are unknown', () => {
      const source = watched(NEVER);
      const stage = serving({ wait: () => source.values });
      ask('a', 'wait');
      stage.unsubscribe();
      expect(source.subscribers).to.equal(0);
      ask('b', 'wait');
      expect(client.sent).to.deep.equal([{ type: 'ERROR', id: 'b', ...unknown('wait') }]);
    });
  });

  describe('a producer whose release throws', () => {
    const stuck = () => new Observable(() => thrower);
    const thrower = () => {
      throw new Error('teardown');
    };
    const failed = () => client.failures.map(({ hook, cause }) => [hook, cause.errors?.[0].message]);
    const iterable = () => ({
      [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined), return: thrower }),
    });
    for (const [what, handler] of [
      ['an observable', stuck],
      ['an async iterable', iterable],
    ] as const) {
      it(`costs nobody anything, when a cancel releases ${what}: it is reported`, () => {
        serving({ stuck: handler });
        ask('a', 'stuck', { stream: true });
        client.receive({ type: 'CANCEL', id: 'a' });
        expect(failed()).to.deep.equal([['stuck', 'teardown']]);
      });

      it(`does not keep a disconnect from being heard, when it releases ${what}`, () => {
        serving({ stuck: handler });
        let ends = 0;
        client.peer.closed.subscribe(() => ends++);
        ask('a', 'stuck', { stream: true });
        client.receive({ command: 'stuck' });
        client.disconnect();
        expect(ends).to.equal(1);
        expect(failed()).to.deep.equal([
          ['stuck', 'teardown'],
          ['stuck', 'teardown'],
        ]);
      });
    }
  });

  it('reports what a generator rejects with on its way out, with a checked payload that takes its time as well', async () => {
    async function* stream() {
      try {
        for (;;) {
          yield 1;
          await new Promise(setImmediate);
        }
      } finally {
        await Promise.reject(new Error('not closed'));
      }
    }
    const codec = z.string().refine(async () => Promise.resolve(true));
    serving({ plain: stream, checked: validated(codec, stream) });
    for (const command of ['plain', 'checked']) {
      ask(command, command, { stream: true, data: 'any' });
      await client.frame(({ id, data }) => id === command && data === 1);
      client.receive({ type: 'CANCEL', id: command });
      await until(() => client.failures.some(({ hook }) => hook === command));
    }
    expect(client.failures.map(({ hook, cause }) => [hook, cause.message])).to.deep.equal([
      ['plain', 'not closed'],
      ['checked', 'not closed'],
    ]);
  });

  describe('a command without an id', () => {
    it('is handled, and not answered', () => {
      const told: unknown[] = [];
      serving({ typing: (data) => told.push(data) });
      client.receive({ command: 'typing', data: { room: 1 } });
      expect(told).to.deep.equal([{ room: 1 }]);
      expect(client.sent).to.deep.equal([]);
    });

    it('reports its failure, and that there is no such command', () => {
      const error = new Error('broken');
      serving({ typing: () => throwError(() => error) });
      client.receive({ command: 'typing' });
      client.receive({ command: 'unknown' });
      expect(client.failures.map(({ hook, cause }) => [hook, cause.message])).to.deep.equal([
        ['typing', 'broken'],
        ['unknown', 'there is no command "unknown"'],
      ]);
      expect(client.sent).to.deep.equal([]);
    });

    it('takes one value of its handler, which is then unsubscribed: nobody could cancel it', () => {
      const ticks = new Subject<number>();
      const source = watched(ticks);
      serving({ tick: () => source.values });
      client.receive({ command: 'tick' });
      expect(source.subscribers).to.equal(1);
      ticks.next(1);
      expect(source.subscribers).to.equal(0);
      expect(client.sent).to.deep.equal([]);
    });

    it('is stopped by the disconnect of its peer', () => {
      const source = watched(NEVER);
      serving({ watch: () => source.values });
      client.receive({ command: 'watch' });
      expect(source.subscribers).to.equal(1);
      client.disconnect();
      expect(source.subscribers).to.equal(0);
    });
  });

  describe('several stages', () => {
    it('add up', () => {
      client.through(commands({ one: () => 1 }), commands({ two: () => 2 }));
      ask('a', 'one');
      ask('b', 'two');
      ask('c', 'three');
      expect(client.sent.map(({ data, code }) => data ?? code)).to.deep.equal([1, 2, 'UNKNOWN_COMMAND']);
    });

    it('may be taken off and put on again on the same session', () => {
      const stage = serving({ one: () => 'first' });
      serving({ two: () => 2 });
      stage.unsubscribe();
      serving({ one: () => 'second' });
      ask('a', 'one');
      ask('b', 'two');
      expect(client.sent.map(({ data }) => data)).to.deep.equal(['second', 2]);
    });

    it('with a name in common error with a TypeError', () => {
      const errors: any[] = [];
      of(client.peer)
        .pipe(commands({ one: () => 1, two: () => 2 }), commands({ two: () => 2 }))
        .subscribe({ error: (error: unknown) => errors.push(error) });
      expect(errors).to.have.length(1);
      expect(errors[0]).to.be.instanceOf(TypeError).with.property('message', 'commands: "two" is given twice');
    });

    it('of two subscriptions know nothing of each other', () => {
      const other = fakePeer(2);
      const stage = commands<Peer>({ one: (_data, { peer }) => peer.id });
      client.through(stage);
      other.through(stage);
      ask('a', 'one');
      other.receive({ id: 'a', command: 'one' });
      expect([client.sent[0].data, other.sent[0].data]).to.deep.equal([1, 2]);
    });
  });

  for (const handlers of [undefined, null, 5, []])
    it(`throws a TypeError that names handlers for ${JSON.stringify(handlers)}`, () => {
      expect(() => commands(handlers as never)).to.throw(TypeError, 'commands: handlers must be an object');
    });

  it('throws a TypeError with the name of a handler that is no function', () => {
    expect(() => commands({ 'orders.place': 5 as never })).to.throw(TypeError, 'commands: orders.place must be a function');
  });
});
