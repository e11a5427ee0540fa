import { asyncScheduler, Observable, type SchedulerAction, timer } from 'rxjs';
import { GatewayClosedError } from '../errors/gatewayErrors.js';
import type { DrainNotice } from './createDrain.js';
import type { DrainProgress } from './drain.js';
import type { Peer } from './peer.js';
import { peerLink } from './peerLink.js';
import { closeWhenIdle, refuseRequests, runningOf } from './windDown.js';

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
    const left = new Set(peers);
    // Since no request begins any more, nobody else will have one running.
    const busy = peers.filter((peer) => runningOf(peer) > 0);
    const begun = asyncScheduler.now();
    let closed = 0;
    let forced = 0;
    let atDeadline = false;

    const tell = (): void => {
      const running = busy.reduce((sum, peer) => sum + (left.has(peer) ? runningOf(peer) : 0), 0);
      subscriber.next({ peers: left.size, closed, forced, running });
      if (left.size === 0) subscriber.complete();
    };
    for (const peer of peers) {
      refuseRequests(peer, 'the server is going down', retryAfter);
      if (notice && !peerLink(peer).gated) peerLink(peer).tell({ kind: 'send', ...notice });
    }
    tell();
    for (const peer of peers)
      subscriber.add(
        peer.closed.subscribe(() => {
          left.delete(peer);
          if (atDeadline) forced++;
          else closed++;
          tell();
        }),
      );

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
        for (const peer of left) peer.terminate(new GatewayClosedError());
      }),
    );
  });
