import { asyncScheduler, filter, interval, type MonoTypeOperatorFunction, type Observable, type Subscription, take } from 'rxjs';
import type { AnySession } from '../connection/session.js';
import { canonicalJson } from '../connection/topicSpec.js';
import { compileTopic } from '../contract/compileTopic.js';
import { expandTopic } from '../contract/expandTopic.js';
import type { GatewayEvent } from '../events/gatewayEvent.js';
import { createReporter } from '../events/reporter.js';
import type { Position, SubscribeMessage } from '../protocols/message.js';
import { awaitRoom, isPaused, lookInterval } from './backlog.js';
import { createEpoch } from './createEpoch.js';
import { handlerResults, type Pace } from './handlerResults.js';
import { inTurn } from './inTurn.js';
import { type PeerLink, peerLink } from './peerLink.js';
import { isServerCounters } from './serverCounters.js';
import { servedData, servedParams } from './servedContract.js';
import { shareMessage } from './sharedMessage.js';
import type { TopicHandler } from './topicHandler.js';
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

/** A topic that somebody asked for: there is a template for it. */
export interface FoundTopic<S extends AnySession> {
  /** The same however it was asked for: escapes and the order of `params` make no difference. No two topics have the same. */
  readonly name: string;
  /** The parameters of its template. */
  readonly named: Readonly<Record<string, string>>;
  /** How long its params are, as JSON. */
  readonly paramsLength: number;
  /** Its producer, present or new. Throws what the handler throws. */
  producer(peer: S): Producer;
}

/** The producers of one subscription of the stage, by canonical name. */
export interface Producers<S extends AnySession> {
  /** The topic that a subscribe asks for; `undefined` if there is none. */
  find(wanted: SubscribeMessage): FoundTopic<S> | undefined;
  /** Releases them all. */
  stop(): void;
}

interface Setup {
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

interface OwnedProducer extends Producer {
  release(): void;
}

/** Counts who listens, where a server's counters are kept. */
const count = ({ link: { counters } }: Receiver, step: 1 | -1): void => {
  if (isServerCounters(counters)) counters.subscriptions += step;
};

function createProducer({ name, produced, epoch, linger, outgoing, report, forget }: Setup): OwnedProducer {
  const receivers = new Set<Receiver>();
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
    const { link } = receiver;
    receiver.since = Infinity;
    outgoing(from).subscribe({
      next: (data) => {
        act(() => {
          if (!receivers.has(receiver)) return;
          receiver.since = position.offset;
          // It has no position of its own: the other listeners do not get it.
          link.tell({ kind: 'notification', topic: name, data });
        });
      },
      error: (cause: unknown) => {
        act(() => {
          report({ type: 'hookFailed', hook: name, cause });
          // Changes alone would make no sense to it.
          if (drop(receiver)) receiver.ended();
        });
      },
    });
  };
  const drop = (receiver: Receiver): boolean => {
    const known = receivers.delete(receiver);
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

/** The producers of these handlers: none at first. */
export function createProducers<S extends AnySession>(
  handlers: Readonly<Record<string, TopicHandler<S>>>,
  random: () => number,
  linger = 0,
): Producers<S> {
  const templates = Object.entries(handlers).map(([template, handler]) => ({ template, match: compileTopic(template), handler }));
  const producers = new Map<string, OwnedProducer>();

  const create = (name: string, link: PeerLink, template: string, produced: unknown): OwnedProducer => {
    const epoch = createEpoch(random);
    const report = createReporter(link.events);
    const producer = createProducer({
      ...{ name, produced, epoch, linger, report, outgoing: servedData(link, template, name) },
      forget: () => {
        producers.delete(name);
      },
    });
    producers.set(name, producer);
    return producer;
  };

  const firstOf = (topic: string) => {
    for (const { match, ...template } of templates) {
      const named = match(topic);
      if (named) return { ...template, named };
    }
    return undefined;
  };
  /** A topic by its name alone. */
  const topicOf = (topic: string) => {
    const asked = firstOf(topic);
    if (!asked) return undefined;
    // A space separates a name from its params.
    const { name } = expandTopic(asked.template, asked.named, ' ');
    const again = firstOf(name);
    // An escape that stands for what a template writes leads to the name of another topic, whose listeners may be others.
    const same = again?.template === asked.template && JSON.stringify(again.named) === JSON.stringify(asked.named);
    return same ? { ...asked, name } : undefined;
  };

  return {
    find: ({ topic, params }) => {
      const found = topicOf(topic);
      if (!found) return undefined;
      const { handler, named, template } = found;
      const name = params === undefined ? found.name : `${found.name} ${canonicalJson(params)}`;
      // A template with a space in it may have the very name that the params make here.
      if (params !== undefined && topicOf(name)?.name === name) return undefined;
      return {
        ...{ name, named },
        // But for the space between.
        paramsLength: Math.max(0, name.length - found.name.length - 1),
        producer: (peer) => {
          const link = peerLink(peer);
          const given = (): unknown =>
            handler(servedParams(link, template, found.name, named, params) as typeof named, { peer, topic: found.name, params });
          return producers.get(name) ?? create(name, link, template, given());
        },
      };
    },
    stop: () => {
      for (const producer of producers.values()) producer.release();
    },
  };
}
