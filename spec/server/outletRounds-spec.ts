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
      ...{ slow: rounds.add, awaited: rounds.watch },
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

  describe('of a peer that is only waited for', () => {
    const watched = (rounds: ReturnType<typeof createRounds>) => {
      const state = { held: 100_000 };
      const client = fakePeer(1, { buffered: () => state.held });
      const outlet: Outlet = createOutlet(client.peer, {
        ...{ highWater: 1_000_000, lowWater: 250_000, maxMessages: 10, policy: 'pause' },
        key: () => 1,
        ...{ slow: rounds.add, awaited: rounds.watch },
      });
      rounds.watch(outlet);
      return { ...client, outlet, state };
    };

    it('gives up who takes nothing for as long, also when it is asked for again meanwhile, or something is added', () => {
      const rounds = createRounds(100);
      const { closes, state, outlet } = watched(rounds);
      time.tick(80);
      state.held += 10;
      rounds.watch(outlet);
      expect(closes).to.deep.equal([]);
      time.tick(20);
      expect([closes, time.timers]).to.deep.equal([[[4408, 'slowConsumer']], 0]);
    });

    it('gives up nobody who takes something now and then, however little', () => {
      const { closes, state } = watched(createRounds(100));
      for (let n = 0; n < 20; n++) {
        time.tick(80);
        state.held -= 10;
      }
      expect(closes).to.deep.equal([]);
      time.tick(120);
      expect(closes).to.have.length(1);
    });

    it('has no timer once it has caught up, or is let go', () => {
      const rounds = createRounds(100);
      const { closes, state, outlet } = watched(rounds);
      state.held = 65_536;
      time.tick(20);
      expect(time.timers).to.equal(0);
      state.held = 100_000;
      rounds.watch(outlet);
      time.tick(80);
      expect([closes, time.timers]).to.deep.equal([[], 1]);
      rounds.remove(outlet);
      expect(time.timers).to.equal(0);
    });
  });
});
