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
    expect(one).to.deep.include({ connections: 0, running: 0, streams: 0, subscriptions: 0, rateLimited: 0, responseTimeSum: 0 });
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
      expect([counters.responseTime.count, counters.responseTimeSum]).to.deep.equal([5, 10]);
      client.drop();
      expect([counters.running, counters.streams, counters.commands.stopped]).to.deep.equal([0, 0, 2]);
    });
  });

  it('adds no time that went backwards', () => {
    const counters = createServerCounters();
    counters.handled('a', 'answered', -5);
    expect([counters.responseTimeSum, counters.responseTime.count, counters.commands.answered]).to.deep.equal([0, 0, 1]);
  });
});
