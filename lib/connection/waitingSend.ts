import { asyncScheduler, type Subscriber } from 'rxjs';

/** A send that waits for a session. */
export interface WaitingSend {
  readonly kind: 'send';
  readonly subscriber: Subscriber<unknown>;
  readonly command: string;
  readonly data: unknown;
  readonly timeout: number;
  readonly deadline: number;
  owner: { cancel(waiting: WaitingSend): void } | undefined;
}

/** One subscription of a send, not sent yet. */
export const waitingSend = (command: string, data: unknown, timeout: number, subscriber: Subscriber<unknown>): WaitingSend => ({
  kind: 'send',
  subscriber,
  command,
  data,
  timeout,
  deadline: timeout === Infinity ? Infinity : asyncScheduler.now() + timeout,
  owner: undefined,
});
