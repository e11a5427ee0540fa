import type { Seen } from './clientEnd.js';
import { expectSame } from './expectSame.js';
import type { Ends, Scene } from './scene.js';

/** A reply to a request. */
export const reply = (id: string | number, data?: unknown, last = true) => ({ kind: 'reply', id, data, last }) as const;

/** How something ended: the kind of its error, or that it is complete. */
export const endOf = ({ end }: Seen): unknown => (end instanceof Error ? (end.kind ?? end.name) : end);

/** Something that the protocol has no words for must say so at once: who asked would wait for nothing. */
export const expectRefused = (seen: Seen, what: string): void => {
  if (!(seen.end instanceof Error))
    throw new Error(`${what} was to fail at once, and did not: let encode throw, or give a failure or a refusal as its answer`);
};

/** A request and its reply, with nothing in between. */
export const echo = ({ ask, gateway }: Ends, advance: Scene['advance'], data: unknown, answer = data): void => {
  const { seen, asked } = ask(data);
  expectSame('The data of the request', asked.data, data);
  gateway.say(reply(asked.id, answer));
  advance();
  expectSame('The replies', seen.values, [answer]);
  expectSame('The end of the request', endOf(seen), 'complete');
};

/** A notification of a topic. */
export const told = (topic: string, data: unknown) => ({ kind: 'notification', topic, data }) as const;
