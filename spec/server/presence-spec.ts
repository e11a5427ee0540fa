import { expect } from 'chai';
import fc from 'fast-check';
import { concatWith, NEVER, of } from 'rxjs';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { createRooms } from '../../lib/server/createRooms.js';
import { createUsers } from '../../lib/server/createUsers.js';
import type { Presence, PresenceEntry, PresenceList } from '../../lib/server/presence.js';
import { type FakePeer, fakePeer } from './fakePeer.js';

type Ids = Record<string, number[]>;

const idsOf = (list: PresenceList): Ids =>
  Object.fromEntries(Object.entries(list).map(([user, entries]) => [user, entries.map(({ id }) => Number(id))]));

const brief = (event: Presence) =>
  event.type === 'snapshot' ? { now: idsOf(event.users) } : { joins: idsOf(event.joins), leaves: idsOf(event.leaves) };

/** What a consumer knows who goes by the events alone; an event that does not fit is a fault. */
const fold = () => {
  const state = new Map<string, string>();
  const faults: string[] = [];
  let begun = false;
  const each = (list: PresenceList, act: (user: string, entry: PresenceEntry) => void): void => {
    for (const [user, entries] of Object.entries(list)) {
      if (entries.length === 0) faults.push(`an empty list for ${user}`);
      for (const entry of entries) act(user, entry);
    }
  };
  const add = (user: string, { id }: PresenceEntry): void => {
    if (state.has(id)) faults.push(`${id} joined twice`);
    state.set(id, user);
  };
  return {
    faults,
    next: (event: Presence): void => {
      if ((event.type === 'snapshot') === begun) faults.push(`a ${event.type} out of place`);
      begun = true;
      if (event.type === 'snapshot') each(event.users, add);
      else {
        each(event.leaves, (user, { id }) => {
          if (state.get(id) !== user) faults.push(`${id} left without being there`);
          state.delete(id);
        });
        each(event.joins, add);
      }
    },
    get ids() {
      return [...state.keys()].map(Number).sort((a, b) => a - b);
    },
    get users() {
      return [...new Set(state.values())].sort();
    },
  };
};

describe('presence', () => {
  let clock: SinonFakeTimers;
  beforeEach(() => {
    clock = useFakeTimers();
  });
  afterEach(() => clock.restore());

  describe('of a room', () => {
    const scene = () => {
      const rooms = createRooms();
      let last = 0;
      const join = (user: string | undefined, room = 'lobby'): FakePeer => {
        const client = fakePeer(++last, user === undefined ? {} : { user });
        of(client.peer).pipe(concatWith(NEVER), rooms.track()).subscribe();
        rooms.join(client.peer, room);
        return client;
      };
      return { rooms, join };
    };

    it('S8: begins with a snapshot, and goes on with what changes: one entry per connection', () => {
      const { rooms, join } = scene();
      join('ann');
      const heard: unknown[] = [];
      rooms.presence('lobby').subscribe((event) => heard.push(brief(event)));
      const second = join('ann');
      const bob = join('bob');
      join('eve', 'elsewhere');
      second.disconnect();
      rooms.leave(bob.peer, 'lobby');
      expect(heard).to.deep.equal([
        { now: { ann: [1] } },
        { joins: { ann: [2] }, leaves: {} },
        { joins: { bob: [3] }, leaves: {} },
        { joins: {}, leaves: { ann: [2] } },
        { joins: {}, leaves: { bob: [3] } },
      ]);
    });

    it('gives a late subscriber a snapshot of its own, as of then', () => {
      const { rooms, join } = scene();
      const lobby$ = rooms.presence('lobby');
      lobby$.subscribe();
      const ann = join('ann');
      join('bob');
      ann.disconnect();
      const heard: unknown[] = [];
      lobby$.subscribe((event) => heard.push(brief(event)));
      join('bob');
      expect(heard).to.deep.equal([{ now: { bob: [2] } }, { joins: { bob: [3] }, leaves: {} }]);
    });

    it('asks once per connection what the others see of it; the same leaves as joined', () => {
      const { rooms, join } = scene();
      let asked = 0;
      const heard: Presence<{ n: number }>[] = [];
      rooms.presence('lobby', { meta: () => ({ n: ++asked }) }).subscribe((event) => heard.push(event));
      join('ann').disconnect();
      expect(heard.slice(1)).to.deep.equal([
        { type: 'change', joins: { ann: [{ id: '1', meta: { n: 1 } }] }, leaves: {} },
        { type: 'change', joins: {}, leaves: { ann: [{ id: '1', meta: { n: 1 } }] } },
      ]);
    });

    it('has an entry without meta where the hook throws, and reports that', () => {
      const { rooms, join } = scene();
      const heard: unknown[] = [];
      const meta = (): never => {
        throw new Error('no');
      };
      rooms.presence('lobby', { meta }).subscribe((event) => heard.push(event));
      const ann = join('ann');
      expect(heard[1]).to.deep.equal({ type: 'change', joins: { ann: [{ id: '1', meta: undefined }] }, leaves: {} });
      expect(ann.failures.map(({ hook }) => hook)).to.deep.equal(['meta']);
    });

    it('tells connections of two servers apart that have the same number', () => {
      const rooms = createRooms();
      const heard: Presence[] = [];
      rooms.presence('lobby').subscribe((event) => heard.push(event));
      const clients = ['a', 'b'].map((epoch) => fakePeer(1, { user: 'ann', epoch }));
      for (const { peer } of clients) {
        of(peer).pipe(concatWith(NEVER), rooms.track()).subscribe();
        rooms.join(peer, 'lobby');
      }
      clients[0]?.disconnect();
      const entry = (id: string) => ({ ann: [{ id, meta: undefined }] });
      expect(heard.slice(1)).to.deep.equal([
        { type: 'change', joins: entry('a:1'), leaves: {} },
        { type: 'change', joins: entry('b:1'), leaves: {} },
        { type: 'change', joins: {}, leaves: entry('a:1') },
      ]);
    });

    it('leaves out peers without an identity', () => {
      const { rooms, join } = scene();
      const heard: unknown[] = [];
      rooms.presence('lobby').subscribe((event) => heard.push(brief(event)));
      join(undefined).disconnect();
      expect(heard).to.deep.equal([{ now: {} }]);
    });

    it('keeps a name such as __proto__ for a name', () => {
      const { rooms, join } = scene();
      join('__proto__');
      const heard: Presence[] = [];
      rooms.presence('lobby').subscribe((event) => heard.push(event));
      expect(JSON.stringify(heard)).to.equal('[{"type":"snapshot","users":{"__proto__":[{"id":"1"}]}}]');
    });

    it('S8: shows a reconnect within the grace as one change, and never as an absence', () => {
      const { rooms, join } = scene();
      const heard: unknown[] = [];
      rooms.presence('lobby', { grace: 100 }).subscribe((event) => heard.push(brief(event)));
      const [phone, desk] = [join('ann'), join('ann')];
      heard.length = 0;
      phone.disconnect();
      desk.disconnect();
      clock.tick(99);
      join('ann');
      clock.tick(1_000);
      expect(heard).to.deep.equal([
        { joins: {}, leaves: { ann: [1] } },
        { joins: { ann: [3] }, leaves: { ann: [2] } },
      ]);
    });

    it('tells of the leave when the grace is over; until then a late subscriber sees the entry', () => {
      const { rooms, join } = scene();
      const heard: unknown[] = [];
      const late: unknown[] = [];
      const lobby$ = rooms.presence('lobby', { grace: 100 });
      lobby$.subscribe((event) => heard.push(brief(event)));
      join('ann').disconnect();
      clock.tick(99);
      lobby$.subscribe((event) => late.push(brief(event)));
      expect([heard.length, late]).to.deep.equal([2, [{ now: { ann: [1] } }]]);
      clock.tick(1);
      expect([heard.at(-1), late.at(-1)]).to.deep.equal(Array(2).fill({ joins: {}, leaves: { ann: [1] } }));
    });

    it('leaves no timer and no listener behind when the last subscriber goes, and begins anew with the next', () => {
      const { rooms, join } = scene();
      const lobby$ = rooms.presence('lobby', { grace: 100 });
      const [first, second] = [lobby$.subscribe(), lobby$.subscribe()];
      join('ann').disconnect();
      first.unsubscribe();
      expect(clock.countTimers()).to.equal(1);
      second.unsubscribe();
      expect(clock.countTimers()).to.equal(0);
      const heard: unknown[] = [];
      lobby$.subscribe((event) => heard.push(brief(event)));
      expect(heard).to.deep.equal([{ now: {} }]);
    });

    it('gives all observers the same order, also of a change that one of them makes', () => {
      const { rooms, join } = scene();
      const lobby$ = rooms.presence('lobby');
      const ann = join('ann');
      const consumer = fold();
      lobby$.subscribe((event) => {
        if (event.type === 'change' && 'bob' in event.joins) ann.disconnect();
      });
      lobby$.subscribe(consumer.next);
      join('bob');
      expect([consumer.users, consumer.faults]).to.deep.equal([['bob'], []]);
    });

    it('tells a subscriber of a change that it makes at its own snapshot', () => {
      const { rooms, join } = scene();
      const consumer = fold();
      rooms.presence('lobby').subscribe((event) => {
        consumer.next(event);
        if (event.type === 'snapshot') join('ann');
      });
      expect([consumer.users, consumer.faults]).to.deep.equal([['ann'], []]);
    });

    it('names the option that is invalid', () => {
      const { rooms } = scene();
      expect(() => rooms.presence('lobby', { grace: -1 })).to.throw(RangeError, 'rooms.presence: grace');
      expect(() => rooms.presence('lobby', { meta: 1 as never })).to.throw(TypeError, 'rooms.presence: meta');
      expect(() => createUsers().presence({ grace: NaN })).to.throw(TypeError, 'users.presence: grace');
    });
  });

  describe('of all users', () => {
    const scene = (grace: number) => {
      const users = createUsers({ grace });
      const connect = (user: string, id: number): FakePeer => {
        const client = fakePeer(id, { user });
        of(client.peer).pipe(concatWith(NEVER), users.track()).subscribe();
        return client;
      };
      return { users, connect };
    };

    it('has the grace of the users, and none for who was revoked', () => {
      const { users, connect } = scene(100);
      const heard: unknown[] = [];
      users.presence().subscribe((event) => heard.push(brief(event)));
      connect('ann', 1).disconnect();
      const bob = connect('bob', 2);
      users.revoke('bob');
      bob.disconnect();
      expect(heard.slice(1)).to.deep.equal([
        { joins: { ann: [1] }, leaves: {} },
        { joins: { bob: [2] }, leaves: {} },
        { joins: {}, leaves: { bob: [2] } },
      ]);
      clock.tick(100);
      expect(heard.at(-1)).to.deep.equal({ joins: {}, leaves: { ann: [1] } });
    });

    const seed = 2_026;
    it(`S8: three tabs each for three users, in any order (seed ${seed}): who goes by the events knows who is there`, () => {
      const tab = fc.record({ user: fc.constantFrom('ann', 'bob', 'eve'), tab: fc.nat(2), wait: fc.constantFrom(0, 0, 40, 120) });
      const property = fc.property(
        fc.constantFrom(0, 100),
        fc.array(tab, { maxLength: 60 }),
        fc.nat(30),
        (grace, steps, lateAt) => {
          const { users, connect } = scene(grace);
          const early = fold();
          const late = fold();
          const presence$ = users.presence();
          const watching = presence$.subscribe(early.next);
          const open = new Map<string, FakePeer>();
          const online: string[] = [];
          users.changes.subscribe(({ type, user }) => online.push(`${user} ${type}`));
          let last = 0;
          steps.forEach((step, index) => {
            if (index === lateAt) watching.add(presence$.subscribe(late.next));
            const key = `${step.user} ${step.tab}`;
            const present = open.get(key);
            if (present) present.disconnect();
            if (present) open.delete(key);
            else open.set(key, connect(step.user, ++last));
            clock.tick(step.wait);
            // Whoever is online by the books is there by the events, grace included.
            expect(early.users).to.deep.equal([...users.names].sort());
          });
          clock.tick(grace);
          const ids = [...open.values()].map(({ peer }) => peer.id).sort((a, b) => a - b);
          expect([early.ids, early.faults]).to.deep.equal([ids, []]);
          expect([late.faults, steps.length > lateAt ? late.ids : ids]).to.deep.equal([[], ids]);
          // Online on the first, offline on the last: by turns for each user.
          for (const user of ['ann', 'bob', 'eve']) {
            const mine = online.filter((entry) => entry.startsWith(user));
            expect(mine).to.deep.equal(mine.map((_entry, index) => `${user} ${index % 2 === 0 ? 'online' : 'offline'}`));
          }
          watching.unsubscribe();
          for (const client of open.values()) client.disconnect();
          clock.tick(grace);
          expect([users.size, clock.countTimers()]).to.deep.equal([0, 0]);
        },
      );
      fc.assert(property, { seed, numRuns: 300 });
    });
  });
});
