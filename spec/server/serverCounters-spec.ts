import { expect } from 'chai';
import { map, NEVER, of, throwError, timer } from 'rxjs';
import { createCounters, type Message, RequestFailedError } from 'rxgate';
import { commands, createServerCounters, type Peer } from 'rxgate/server';
import { fakePeer } from 'rxgate/testing';
import { isServerCounters } from '../../lib/server/serverCounters.js';
import { virtualTime } from '../testing/virtualTime.js';

const ask = (id: string, command: string, stream = false): Message => ({ kind: 'request', id, command, stream });

describe('createServerCounters', () => {
  it('begins at zero, with counters of its own', () => {
    const one = createServerCounters();
    const two = createServerCounters();
    expect(one).to.deep.include({ connections: 0, running: 0, streams: 0, subscriptions: 0, rateLimited: 0 });
    expect(one).to.deep.include({ rejected: {}, upgradesRefused: {} });
    one.handled('a', 'failed', 5);
    expect(one.commands).to.deep.equal({ answered: 0, refused: 0, failed: 1, stopped: 0 });
    expect(two.commands.failed).to.equal(0);
    expect([isServerCounters(one), isServerCounters(createCounters())]).to.deep.equal([true, false]);
  });

  it('counts the commands of a peer by how they went, and takes their time', () => {
    virtualTime(({ flush }) => {
      const counters = createServerCounters();
      const client = fakePeer({ counters });
      client.peer$
        .pipe(
          commands<Peer>({
            soon: () => timer(10).pipe(map(() => 1)),
            no: () => throwError(() => new RequestFailedError('no', 'NO')),
            broken: () => throwError(() => new Error('broken')),
            never: () => NEVER,
            many: () => of(1, 2),
          }),
        )
        .subscribe();
      ['soon', 'no', 'broken', 'never'].forEach((command, index) => client.receive(ask(String(index), command)));
      client.receive(ask('s', 'many', true));
      client.receive(ask('t', 'never', true));
      expect([counters.running, counters.streams]).to.deep.equal([3, 1]);
      client.receive({ kind: 'cancel', id: '3' });
      flush();
      expect(counters.commands).to.deep.equal({ answered: 2, refused: 1, failed: 1, stopped: 1 });
      expect([counters.running, counters.streams]).to.deep.equal([1, 1]);
      expect([counters.responseTime.count, counters.responseTimes.sample().sum]).to.deep.equal([5, 10]);
      expect([...counters.responseTimesByCommand].map(([name, timer]) => [name, timer.sample().count])).to.deep.equal([
        ['no', 1],
        ['broken', 1],
        ['many', 1],
        ['never', 1],
        ['soon', 1],
      ]);
      client.drop();
      expect([counters.running, counters.streams, counters.commands.stopped]).to.deep.equal([0, 0, 2]);
    });
  });

  it('adds no time that went backwards', () => {
    const counters = createServerCounters();
    counters.handled('a', 'answered', -5);
    expect([counters.responseTimes.sample().sum, counters.responseTime.count, counters.commands.answered]).to.deep.equal([
      0, 0, 1,
    ]);
  });

  it('keeps the times of so many commands one by one, and of all of them together', () => {
    for (const maxCommands of [0, 2, undefined]) {
      const counters = createServerCounters({ maxCommands });
      for (let n = 0; n < 200; n++) counters.handled(`command ${n % 150}`, 'answered', 1);
      const timers = [...counters.responseTimesByCommand.values()];
      expect([timers.length, counters.responseTimes.sample().count]).to.deep.equal([maxCommands ?? 100, 200]);
      if (maxCommands === 2) expect(timers.map((timer) => timer.sample().count)).to.deep.equal([2, 2]);
    }
    expect(() => createServerCounters({ maxCommands: -1 })).to.throw(RangeError, /^createServerCounters: maxCommands/);
  });
});
