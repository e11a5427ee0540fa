import { filter, firstValueFrom, ReplaySubject } from 'rxjs';
import type { GatewayEvent } from 'rxgate';

type EventOf<K extends GatewayEvent['type']> = Extract<GatewayEvent, { readonly type: K }>;

/** Takes events and keeps them: give it as `events`. */
export interface EventLog {
  readonly next: (event: GatewayEvent) => void;
  readonly observed: boolean;
  readonly list: readonly GatewayEvent[];
  of<K extends GatewayEvent['type']>(type: K): readonly EventOf<K>[];
  /** The event of that type with that index (from 0), past or future. */
  event<K extends GatewayEvent['type']>(type: K, index?: number): Promise<EventOf<K>>;
}

/** An empty log. With `messages` it asks for per-message events. */
export function eventLog({ messages = false } = {}): EventLog {
  const list: GatewayEvent[] = [];
  const heard = new ReplaySubject<GatewayEvent>();
  return {
    observed: messages,
    next: (event) => {
      list.push(event);
      heard.next(event);
    },
    list,
    of: <K extends GatewayEvent['type']>(type: K) => list.filter((event): event is EventOf<K> => event.type === type),
    event: (type, index = 0) =>
      firstValueFrom(
        heard.pipe(
          filter((event): event is EventOf<typeof type> => event.type === type),
          filter((_event, count) => count === index),
        ),
      ),
  };
}
