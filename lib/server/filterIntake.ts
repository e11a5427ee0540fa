import type { SessionLink } from '../connection/sessionLink.js';
import type { Message } from '../protocols/message.js';

/** Looks at each message that comes in, and passes it on: now, later, changed, or never. */
export type IntakeFilter = (message: Message, pass: (message: Message) => void) => void;

/** One filter in the line of a session. */
interface Place {
  readonly order: number;
  readonly filter: IntakeFilter;
  readonly pass: (message: Message) => void;
}

/** The filters of a session, in the order of their stages. */
export interface IntakeLine {
  places: readonly Place[];
  /** The order of the last place that was taken, by whomever. */
  last: number;
  /** Where a message goes that all have passed on. */
  readonly deliver: (message: Message) => void;
}

/**
 * Puts a filter between the wire and the handlers of a session, behind those that are there. Returns what takes it out again.
 *
 * A message goes through the filters in the order of their stages, and reaches the session when the last has passed it on. A filter may
 * hold messages and pass them on later, also after it was taken out: they go through the filters that stand behind it by then. What
 * is passed on after the end of the session goes nowhere. A filter must not throw.
 *
 * @example
 * const takeOut = filterIntake(link, (message, pass) => (allowed(message) ? pass(message) : link.drop('unhandled')));
 */
export function filterIntake(link: SessionLink & { intakeLine?: IntakeLine | undefined }, filter: IntakeFilter): () => void {
  const line = (link.intakeLine ??= { places: [], last: 0, deliver: link.deliver.bind(link) });
  const after = (order: number, message: Message): void => {
    const next = line.places.find((place) => place.order > order);
    if (next) next.filter(message, next.pass);
    else line.deliver(message);
  };
  const order = ++line.last;
  const mine: Place = {
    ...{ order, filter },
    pass: (message) => {
      after(order, message);
    },
  };
  line.places = [...line.places, mine];
  link.deliver = (message) => {
    after(0, message);
  };
  return () => {
    line.places = line.places.filter((place) => place !== mine);
    // Without filters a message takes no detour.
    if (line.places.length === 0) link.deliver = line.deliver;
  };
}
