import { expect } from 'chai';
import { Subject } from 'rxjs';
import { holdPeers } from '../../lib/connection/holdPeers.js';
import type { Peer } from '../../lib/server/peer.js';
import { type FakePeer, fakePeer } from '../server/fakePeer.js';

describe('holdPeers', () => {
  let one: FakePeer;
  let two: FakePeer;
  let log: string[];
  let source: Subject<Peer>;
  const held = () =>
    source.pipe(
      holdPeers(() => ({
        enter: ({ id }) => log.push(`enter ${id}`),
        leave: ({ id }) => log.push(`leave ${id}`),
        over: () => log.push('over'),
      })),
    );
  const run = () =>
    held().subscribe({
      next: ({ id }) => log.push(`next ${id}`),
      error: (error: unknown) => log.push(`error ${String(error)}`),
      complete: () => log.push('complete'),
    });

  beforeEach(() => {
    one = fakePeer(1);
    two = fakePeer(2);
    log = [];
    source = new Subject();
  });

  it('lets a peer enter before it is emitted, and leave when it ends', () => {
    run();
    source.next(one.peer);
    expect(log).to.deep.equal(['enter 1', 'next 1']);
    one.disconnect();
    expect(log).to.deep.equal(['enter 1', 'next 1', 'leave 1']);
  });

  it('emits a peer that has ended, and does not let it enter', () => {
    run();
    one.disconnect();
    source.next(one.peer);
    expect(log).to.deep.equal(['next 1']);
  });

  it('lets all peers leave when it is unsubscribed from, once', () => {
    const running = run();
    source.next(one.peer);
    source.next(two.peer);
    log = [];
    running.unsubscribe();
    expect(log).to.deep.equal(['leave 1', 'leave 2', 'over']);
    one.disconnect();
    expect(log).to.have.length(3);
  });

  it('completes with its source, once the last peer has ended', () => {
    run();
    source.next(one.peer);
    source.complete();
    expect(log).to.deep.equal(['enter 1', 'next 1']);
    one.disconnect();
    expect(log.slice(2)).to.deep.equal(['leave 1', 'complete', 'over']);
  });

  it('completes with its source at once when it holds nobody', () => {
    run();
    source.complete();
    expect(log).to.deep.equal(['complete', 'over']);
  });

  it('errors with its source, and lets its peers leave', () => {
    run();
    source.next(one.peer);
    source.error('trouble');
    expect(log.slice(2)).to.deep.equal(['error trouble', 'leave 1', 'over']);
  });

  it('begins anew with each subscription', () => {
    run();
    run();
    source.next(one.peer);
    one.disconnect();
    expect(log.filter((entry) => entry === 'leave 1')).to.have.length(2);
  });
});
