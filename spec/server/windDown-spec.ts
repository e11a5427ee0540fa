import { expect } from 'chai';
import { Subject } from 'rxjs';
import { commands } from '../../lib/server/commands.js';
import { closeWhenIdle, refuseRequests, runningOf } from '../../lib/server/windDown.js';
import { fakePeer } from './fakePeer.js';

describe('windDown', () => {
  const scene = () => {
    const work = new Subject<number>();
    const client = fakePeer();
    client.through(commands({ work: () => work }));
    const ask = (id: string) => client.receive({ id, command: 'work' });
    return { work, client, ask };
  };

  it('closes at once where nothing runs, else with the last answer', () => {
    const [idle, busy] = [scene(), scene()];
    busy.ask('a');
    busy.ask('b');
    for (const { client } of [idle, busy]) closeWhenIdle(client.peer, 'draining');
    expect([idle, busy].map(({ client }) => [runningOf(client.peer), client.closes])).to.deep.equal([
      [0, [[1012, 'draining']]],
      [2, []],
    ]);
    busy.work.next(1);
    expect([busy.client.sent.length, busy.client.closes]).to.deep.equal([2, [[1012, 'draining']]]);
  });

  it('closes nobody once that is called off', () => {
    const { client, ask, work } = scene();
    ask('a');
    closeWhenIdle(client.peer, 'draining')();
    work.next(1);
    expect(client.closes).to.deep.equal([]);
  });

  it('refuses requests until they are let in again, and lets all else pass', () => {
    const { client, ask } = scene();
    const admit = refuseRequests(client.peer, 'going', 70);
    ask('a');
    client.receive({ command: 'work' });
    client.receive({ type: 'ping' });
    expect(client.sent).to.deep.equal([
      { type: 'ERROR', id: 'a', code: 'DRAINING', error: 'going', retryAfter: 70 },
      { type: 'pong' },
    ]);
    admit();
    ask('b');
    expect(runningOf(client.peer)).to.equal(1);
  });
});
