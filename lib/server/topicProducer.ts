import { asyncScheduler, filter, interval, type MonoTypeOperatorFunction, type Observable, Subscription, take } from 'rxjs';
import type { AnySession } from '../connection/session.js';
import type { GatewayEvent } from '../events/gatewayEvent.js';
import type { Position } from '../protocols/message.js';
import { awaitRoom, isPaused, lookInterval } from './backlog.js';
import { handlerResults, type Pace } from './handlerResults.js';
import { inTurn } from './inTurn.js';
import type { PeerLink } from './peerLink.js';
import { isServerCounters } from './serverCounters.js';
import { shareMessage } from './sharedMessage.js';
import { snapshotOf } from './withSnapshot.js';

/** Who listens to a topic. */
export interface Receiver {
  readonly session: AnySession;
  readonly link: PeerLink;
  /** The offset that it was told: values up to there are not for it. */
  since: number;
  /** The topic has no more to say, and knows it no more. */
  ended(): void;
}

/** One topic while anybody listens, and `linger` ms longer: a shared producer that numbers what it produces. */
export interface Producer {
  /** The position of the last value; offset 0 before the first. */
  readonly position: Position;
  /** The first one subscribes to what the handler gave. Any other gets a snapshot first, also one that is there, where there are snapshots. */
  add(receiver: Receiver): void;
  /** The last one to go releases it. */
  remove(receiver: Receiver): void;
}

/** What a producer is made of. */
export interface ProducerSetup {
  readonly name: string;
  /** What the handler gave. */
  readonly produced: unknown;
  readonly epoch: string;
  readonly linger: number;
  /** Checks and encodes what is produced. */
  readonly outgoing: MonoTypeOperatorFunction<unknown>;
  /** Not by the link of who asked first: it may leave long before the others. */
  readonly report: (event: GatewayEvent) => void;
  /** It is over; called once. */
  forget(): void;
}

/** A producer with the handle of who made it. */
export interface OwnedProducer extends Producer {
  /** Ends it; its receivers are told nothing. */
  release(): void;
}

/** Counts who listens, where a server's counters are kept. */
const count = ({ link: { counters } }: Receiver, step: 1 | -1): void => {
  if (isServerCounters(counters)) counters.subscriptions += step;
};

/** The producer of one topic. Nothing is subscribed to before the first receiver. */
export function createProducer({ name, produced, epoch, linger, outgoing, report, forget }: ProducerSetup): OwnedProducer {
  const receivers = new Set<Receiver>();
  // Whose snapshot has not come yet.
  const showing = new Map<Receiver, Subscription>();
  const snapshot = snapshotOf(produced);
  let position: Position = { epoch, offset: 0 };
  let running: Subscription | undefined;
  let lingering: Subscription | undefined;
  let begun = false;
  let over = false;

  const release = (): void => {
    if (over) return;
    over = true;
    forget();
    lingering?.unsubscribe();
    running?.unsubscribe();
    for (const shown of showing.values()) shown.unsubscribe();
  };
  const deliver = (data: unknown): void => {
    const offset = position.offset + 1;
    position = { epoch, offset };
    const send = shareMessage({ kind: 'notification', topic: name, data, position });
    let failed = false;
    for (const { link, since } of receivers) {
      // Who comes while a value is delivered was told that value's position.
      if (since >= offset || !link.open) continue;
      try {
        send(link);
      } catch (cause) {
        if (!failed) report({ type: 'hookFailed', hook: 'encode', cause });
        failed = true;
      }
    }
  };
  const end = (): void => {
    release();
    for (const receiver of receivers) {
      count(receiver, -1);
      receiver.ended();
    }
    receivers.clear();
  };
  /** One that keeps up is enough to go on for. Those that do not are up to `slowConsumers`. */
  const busy = (): boolean => {
    for (const { link } of receivers) if (!isPaused(link)) return false;
    return receivers.size > 0;
  };
  const goesOn = (): boolean => {
    if (!busy()) return true;
    for (const { link } of receivers) awaitRoom(link);
    return false;
  };
  const pace: Pace = {
    busy,
    wait: (run) => interval(lookInterval).pipe(filter(goesOn), take(1)).subscribe({ complete: run }),
  };
  // A value that is produced while another is delivered comes after it, for all receivers.
  const act = inTurn((step: () => void) => {
    if (!over) step();
  });
  const begin = (): void => {
    begun = true;
    const failed = (cause: unknown): void => {
      report({ type: 'hookFailed', hook: name, cause });
    };
    running = outgoing(handlerResults(() => produced, failed, pace)).subscribe({
      next: (data) => {
        act(() => {
          deliver(data);
        });
      },
      error: (cause: unknown) => {
        act(() => {
          failed(cause);
          end();
        });
      },
      complete: () => {
        act(end);
      },
    });
    // It may have ended by the time that there is something to unsubscribe from.
    if (over) running.unsubscribe();
  };

  /** What a snapshot holds is not to be told as a change after it; what it does not, is not to come before it. */
  const show = (receiver: Receiver, from: Observable<unknown>): void => {
    receiver.since = Infinity;
    // Who asks once more needs one snapshot only, the later one.
    showing.get(receiver)?.unsubscribe();
    const shown = new Subscription(() => showing.delete(receiver));
    const lack = (): void => {
      // Changes alone would make no sense to it.
      if (receiver.since === Infinity && drop(receiver)) receiver.ended();
    };
    showing.set(receiver, shown);
    shown.add(
      outgoing(from.pipe(take(1))).subscribe({
        next: (data) => {
          act(() => {
            if (!receivers.has(receiver)) return;
            receiver.since = position.offset;
            // It has no position of its own: the other listeners do not get it.
            receiver.link.tell({ kind: 'notification', topic: name, data });
          });
        },
        error: (cause: unknown) => {
          shown.unsubscribe();
          report({ type: 'hookFailed', hook: name, cause });
          act(lack);
        },
        complete: () => {
          shown.unsubscribe();
          act(lack);
        },
      }),
    );
  };
  const drop = (receiver: Receiver): boolean => {
    const known = receivers.delete(receiver);
    showing.get(receiver)?.unsubscribe();
    if (known) count(receiver, -1);
    if (receivers.size > 0 || over) return known;
    if (linger > 0) lingering = asyncScheduler.schedule(release, linger);
    else release();
    return known;
  };

  return {
    get position() {
      return position;
    },
    add(receiver) {
      lingering?.unsubscribe();
      if (!receivers.has(receiver)) count(receiver, 1);
      receivers.add(receiver);
      if (!begun) begin();
      else if (snapshot) show(receiver, snapshot);
    },
    remove: drop,
    release,
  };
}
