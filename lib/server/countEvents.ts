import type { Counters } from '../events/counters.js';
import type { EventObserver, GatewayEvent } from '../events/gatewayEvent.js';
import { isServerCounters, type ServerCounters } from './serverCounters.js';

const increment = <K extends string>(counts: Partial<Record<K, number>>, name: K): void => {
  counts[name] = (counts[name] ?? 0) + 1;
};

function count(counters: ServerCounters, event: GatewayEvent): void {
  switch (event.type) {
    case 'opened':
      counters.connections++;
      break;
    case 'released':
      counters.connections--;
      break;
    case 'limited':
      counters.rateLimited++;
      break;
    case 'rejected':
      increment(counters.rejected, event.reason);
      break;
    case 'upgradeRefused':
      increment(counters.upgradesRefused, event.reason);
      break;
    default:
  }
}

/** Counts the events of a server on their way to whoever observes them. Counters that are no server's count nothing here. */
export function countEvents(counters: Counters, events: EventObserver | undefined): EventObserver | undefined {
  if (!isServerCounters(counters)) return events;
  return {
    get observed() {
      return events?.observed === true;
    },
    next: (event) => {
      count(counters, event);
      // Those that are built per message are for observers who ask for them.
      events?.next(event);
    },
  };
}
