import { expect } from 'chai';
import { concatWith, NEVER, Observable, of } from 'rxjs';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { createUsers, type Users } from '../../lib/server/createUsers.js';
import { type FakePeer, fakePeer } from './fakePeer.js';

describe('createUsers', () => {
  let clock: SinonFakeTimers;
  let heard: string[];
  const known = (users: Users): Users => {
    users.changes.subscribe(({ type, user }) => heard.push(`${user} ${type}`));
    return users;
  };
  /** Peers of these users, tracked by one subscription. */
  const tracked = (users: Users, ...clients: FakePeer[]) =>
    of(...clients.map(({ peer }) => peer))
      .pipe(concatWith(NEVER), users.track())
      .subscribe();
  const aPeer = (user?: string, id = 1) => fakePeer(id, user === undefined ? {} : { user });

  beforeEach(() => {
    clock = useFakeTimers();
    heard = [];
  });
  afterEach(() => clock.restore());

  it('S8: has a user online from the first connection to the end of the last', () => {
    const users = known(createUsers());
    const [phone, desk] = [aPeer('ann', 1), aPeer('ann', 2)];
    tracked(users, phone, desk, aPeer('bob', 3));
    expect(users.peers('ann')).to.deep.equal([phone.peer, desk.peer]);
    expect([users.names, users.size]).to.deep.equal([['ann', 'bob'], 2]);
    phone.disconnect();
    expect(users.peers('ann')).to.deep.equal([desk.peer]);
    expect(heard).to.deep.equal(['ann online', 'bob online']);
    desk.disconnect();
    expect(heard).to.deep.equal(['ann online', 'bob online', 'ann offline']);
    expect([users.names, users.size, users.peers('ann')]).to.deep.equal([['bob'], 1, []]);
  });

  it('has the user in its books when it tells of them', () => {
    const users = createUsers();
    const seen: number[] = [];
    users.changes.subscribe(({ user }) => seen.push(users.peers(user).length, users.size));
    const ann = aPeer('ann');
    tracked(users, ann);
    ann.disconnect();
    expect(seen).to.deep.equal([1, 1, 0, 0]);
  });

  it('passes a peer without an identity, and does not note it', () => {
    const users = known(createUsers());
    const anonymous = aPeer();
    const passed: unknown[] = [];
    of(anonymous.peer)
      .pipe(concatWith(NEVER), users.track())
      .subscribe((peer) => passed.push(peer));
    expect(passed).to.deep.equal([anonymous.peer]);
    expect([users.size, [...users.toAll()], heard]).to.deep.equal([0, [], []]);
  });

  it('does not note a peer that has ended already', () => {
    const users = known(createUsers());
    const ann = aPeer('ann');
    ann.disconnect();
    tracked(users, ann);
    expect([users.size, heard]).to.deep.equal([0, []]);
  });

  it('keeps a peer that is tracked twice once', () => {
    const users = known(createUsers());
    const ann = aPeer('ann');
    ann.through(users.track(), users.track());
    expect(users.peers('ann')).to.deep.equal([ann.peer]);
    ann.disconnect();
    expect(heard).to.deep.equal(['ann online', 'ann offline']);
  });

  describe('with a grace', () => {
    it('does not see a reconnect within it', () => {
      const users = known(createUsers({ grace: 100 }));
      const first = aPeer('ann', 1);
      tracked(users, first);
      first.disconnect();
      clock.tick(99);
      expect([users.names, users.peers('ann')]).to.deep.equal([['ann'], []]);
      const second = aPeer('ann', 2);
      tracked(users, second);
      clock.tick(1_000);
      expect(users.peers('ann')).to.deep.equal([second.peer]);
      expect(heard).to.deep.equal(['ann online']);
    });

    it('goes offline at its end, and counts it anew for each absence', () => {
      const users = known(createUsers({ grace: 100 }));
      const [first, second] = [aPeer('ann', 1), aPeer('ann', 2)];
      tracked(users, first);
      first.disconnect();
      clock.tick(60);
      tracked(users, second);
      second.disconnect();
      clock.tick(99);
      expect(heard).to.deep.equal(['ann online']);
      clock.tick(1);
      expect([heard, users.size]).to.deep.equal([['ann online', 'ann offline'], 0]);
    });

    it('ends with the last stage: nobody comes back to a server that is gone, and no timer is left', () => {
      const users = known(createUsers({ grace: 100 }));
      const [ann, bob] = [aPeer('ann', 1), aPeer('bob', 2)];
      const one = tracked(users, ann);
      const two = tracked(users, bob);
      ann.disconnect();
      one.unsubscribe();
      expect(heard).to.deep.equal(['ann online', 'bob online']);
      two.unsubscribe();
      expect(heard.slice(2)).to.have.members(['ann offline', 'bob offline']);
      expect([users.size, clock.countTimers()]).to.deep.equal([0, 0]);
    });
  });

  it('lets go of the peers of a stage that is unsubscribed from, while they are connected', () => {
    const users = known(createUsers());
    const [phone, desk] = [aPeer('ann', 1), aPeer('ann', 2)];
    const one = tracked(users, phone);
    tracked(users, desk);
    one.unsubscribe();
    expect([users.peers('ann'), heard]).to.deep.equal([[desk.peer], ['ann online']]);
  });

  it('S6: gives targets that hold whoever is connected when they are read', () => {
    const users = createUsers();
    const toAnn = users.toUser('ann');
    const toAll = users.toAll();
    expect([...toAnn, ...toAll]).to.deep.equal([]);
    const [phone, desk, bob] = [aPeer('ann', 1), aPeer('ann', 2), aPeer('bob', 3)];
    tracked(users, phone, desk, bob);
    expect([...toAnn]).to.deep.equal([phone.peer, desk.peer]);
    expect([...toAll]).to.deep.equal([phone.peer, desk.peer, bob.peer]);
  });

  describe('revoke', () => {
    it('S5: closes every connection of the user and of nobody else, with 4401 and an event', () => {
      const users = createUsers();
      const [phone, desk, bob] = [aPeer('ann', 1), aPeer('ann', 2), aPeer('bob', 3)];
      tracked(users, phone, desk, bob);
      expect(users.revoke('ann')).to.equal(2);
      expect([phone.closes, desk.closes, bob.closes]).to.deep.equal([[[4401, 'revoked']], [[4401, 'revoked']], []]);
      expect(phone.events).to.deep.include({ type: 'rejected', session: 1, code: 4401, reason: 'revoked' });
      expect(users.revoke('nobody')).to.equal(0);
    });

    it('takes another code, and none that an application may not send', () => {
      const users = createUsers();
      const ann = aPeer('ann');
      tracked(users, ann);
      expect(() => users.revoke('ann', 1006)).to.throw(RangeError, 'users.revoke: code');
      users.revoke('ann', 4403);
      expect(ann.closes).to.deep.equal([[4403, 'revoked']]);
    });

    it('leaves the user no grace, until they are let in again', () => {
      const users = known(createUsers({ grace: 100 }));
      const [first, second] = [aPeer('ann', 1), aPeer('ann', 2)];
      tracked(users, first);
      users.revoke('ann');
      first.disconnect();
      expect(heard).to.deep.equal(['ann online', 'ann offline']);
      tracked(users, second);
      second.disconnect();
      expect(heard).to.deep.equal(['ann online', 'ann offline', 'ann online']);
      expect(users.revoke('ann')).to.equal(0);
      expect(heard.at(-1)).to.equal('ann offline');
      expect(clock.countTimers()).to.equal(0);
    });
  });

  it('tells of changes that an observer makes after the change that it makes them at', () => {
    const users = createUsers();
    const ann = aPeer('ann');
    users.changes.subscribe(({ type }) => {
      if (type === 'online') ann.disconnect();
    });
    known(users);
    tracked(users, ann);
    expect(heard).to.deep.equal(['ann online', 'ann offline']);
  });

  it('hands out no subject', () => {
    expect(createUsers().changes).to.be.instanceOf(Observable).and.not.to.have.property('next');
  });

  it('names the option that is invalid', () => {
    expect(() => createUsers({ grace: -1 })).to.throw(RangeError, 'createUsers: grace');
    expect(() => createUsers({ grace: '1' as never })).to.throw(TypeError, 'createUsers: grace');
    expect(() => createUsers([] as never)).to.throw(TypeError, 'createUsers: options');
  });
});
