import { expect } from 'chai';
import { createOutlet, type Outlet } from '../../lib/server/outlet.js';
import { createRounds } from '../../lib/server/outletRounds.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { frozenTime } from '../testing/virtualTime.js';
import { fakePeer } from './fakePeer.js';

describe('createRounds', () => {
  const time = frozenTime();

  /** A peer that is behind by one notification, whose socket holds what `held` says. */
  const behind = (rounds: ReturnType<typeof createRounds>, id = 1) => {
    const state = { held: 1_000 };
    const client = fakePeer(id, { buffered: () => state.held });
    const outlet: Outlet = createOutlet(client.peer, {
      ...{ highWater: 100, lowWater: 10, maxMessages: 10, policy: 'dropOldest' },
      key: () => 1,
      slow: rounds.add,
    });
    outlet.room = -1;
    peerLink(client.peer).tell({ kind: 'notification', topic: 't', data: id });
    return { ...client, outlet, state, sent: client.sent };
  };

  it('looks every 20 ms, sends what there is room for, and has no timer once nobody is behind', () => {
    const one = behind(createRounds(1_000));
    time.tick(100);
    expect([one.sent, time.timers]).to.deep.equal([[], 1]);
    one.state.held = 0;
    time.tick(20);
    expect([one.sent.length, time.timers]).to.deep.equal([1, 0]);
  });

  it('has one timer for all', () => {
    const rounds = createRounds(1_000);
    const [one, two] = [behind(rounds, 1), behind(rounds, 2)];
    expect(time.timers).to.equal(1);
    one.state.held = 0;
    time.tick(20);
    expect([one.sent.length, two.sent.length, time.timers]).to.deep.equal([1, 0, 1]);
    rounds.remove(two.outlet);
    expect(time.timers).to.equal(0);
  });

  it('gives up who stays behind for too long, and nobody else', () => {
    const rounds = createRounds(50);
    const one = behind(rounds, 1);
    time.tick(40);
    const two = behind(rounds, 2);
    time.tick(20);
    expect([one.closes, two.closes]).to.deep.equal([[[4408, 'slowConsumer']], []]);
    rounds.remove(two.outlet);
  });

  it('begins anew for who falls behind again', () => {
    const rounds = createRounds(50);
    const one = behind(rounds);
    one.state.held = 0;
    time.tick(20);
    one.state.held = 1_000;
    one.outlet.room = -1;
    peerLink(one.peer).tell({ kind: 'notification', topic: 't', data: 2 });
    time.tick(40);
    expect([one.closes, time.timers]).to.deep.equal([[], 1]);
    time.tick(20);
    expect(one.closes).to.have.length(1);
    expect(time.timers).to.equal(0);
  });
});
