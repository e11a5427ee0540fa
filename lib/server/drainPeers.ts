import { asyncScheduler, Observable, type SchedulerAction, type Subscription, timer } from 'rxjs';
import type { AnySession } from '../connection/session.js';
import { whenEnded } from '../connection/whenEnded.js';
import { GatewayClosedError } from '../errors/gatewayErrors.js';
import type { DrainNotice } from './createDrain.js';
import type { DrainProgress } from './drain.js';
import type { Peer } from './peer.js';
import { peerLink } from './peerLink.js';
import { closeWhenIdle, refuseRequests } from './windDown.js';

/** The checked options of a drain. */
export interface DrainSettings {
  readonly window: number;
  readonly deadline: number;
  readonly notice?: DrainNotice | undefined;
  readonly retryAfter: number;
  readonly random: () => number;
}

/** Ends these peers within the deadline; emits how far it is, and completes when none is left. */
export const drainPeers = (
  peers: readonly Peer[],
  { window, deadline, notice, retryAfter, random }: DrainSettings,
): Observable<DrainProgress> =>
  new Observable((subscriber) => {
    // With how many requests each has at work. None begins any more, so that they are counted down and never again.
    const left = new Map<AnySession, number>();
    let running = 0;
    const begun = asyncScheduler.now();
    let closed = 0;
    let forced = 0;
    let atDeadline = false;

    const tell = (): void => {
      subscriber.next({ peers: left.size, closed, forced, running });
      if (left.size === 0) subscriber.complete();
    };
    const count = (peer: AnySession, work: Subscription): void => {
      left.set(peer, (left.get(peer) ?? 0) + 1);
      running++;
      work.add(() => {
        const mine = left.get(peer);
        if (mine === undefined) return;
        left.set(peer, mine - 1);
        running--;
      });
    };
    const gone = (peer: AnySession): void => {
      if (subscriber.closed) return;
      running -= left.get(peer) ?? 0;
      left.delete(peer);
      if (atDeadline) forced++;
      else closed++;
      tell();
    };
    for (const peer of peers) {
      left.set(peer, 0);
      for (const work of peerLink(peer).running?.values() ?? []) count(peer, work);
      refuseRequests(peer, 'the server is going down', retryAfter);
      if (notice && !peerLink(peer).gated) peerLink(peer).tell({ kind: 'send', ...notice });
    }
    tell();
    // A subscription to each `closed` would look for its place among all the others when it ends.
    const follow = whenEnded(gone);
    for (const peer of peers) if (!follow(peer)) gone(peer);

    let next = 0;
    /** Each peer has a part of the window, and its moment somewhere in it: evenly spread, yet no regular beat. */
    const moment = (): number => begun + ((next + random()) * window) / peers.length;
    let due = moment();
    const closeDue = function (this: SchedulerAction<void>): void {
      while (next < peers.length && due <= asyncScheduler.now()) {
        closeWhenIdle(peers[next++] as Peer, 'draining');
        due = moment();
      }
      if (next < peers.length) this.schedule(undefined, due - asyncScheduler.now());
    };
    if (subscriber.closed) return;
    subscriber.add(asyncScheduler.schedule(closeDue, due - asyncScheduler.now()));
    subscriber.add(
      timer(deadline).subscribe(() => {
        atDeadline = true;
        for (const peer of left.keys()) peer.terminate(new GatewayClosedError());
      }),
    );
  });
