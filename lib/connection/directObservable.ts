import { config, Observable, Subscriber, type Subscription } from 'rxjs';
import { reportUnhandled } from '../events/reportUnhandled.js';

/* eslint-disable no-restricted-syntax, rxjs-x/no-subclass, @typescript-eslint/no-deprecated --
   RxJS takes a Subscriber through `subscribe` as it is, and nothing else. With functions of its own, each would take more memory than it saves. */
/** Calls a function as RxJS would, but with no two observers between it and its `Subscriber`. */
class DirectSubscriber<T> extends Subscriber<T> {
  constructor(private readonly call: (value: T) => void) {
    super();
  }
  override next(value: T): void {
    const { call, closed } = this;
    try {
      if (!closed) call(value);
    } catch (error) {
      reportUnhandled(error);
    }
  }
  override error(error: unknown): void {
    if (!this.closed) reportUnhandled(error);
    this.unsubscribe();
  }
}
/* eslint-enable */

/**
 * `new Observable(subscribe)`, to which a function that subscribes alone is nearer: with many subscribers, what a value costs is the memory that
 * it goes through to each. Whoever subscribes in another way, and operators, find what they find in any Observable.
 */
export const directObservable = <T>(subscribe: (subscriber: Subscriber<T>) => void): Observable<T> => {
  const observable = new Observable(subscribe);
  const face: { subscribe(...args: unknown[]): Subscription } = observable;
  const all = face.subscribe;
  face.subscribe = (...args) => {
    const [next] = args;
    // Who wants errors thrown where they happen gets RxJS's own way with them.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const alone = typeof next === 'function' && args.length < 2 && !config.useDeprecatedSynchronousErrorHandling;
    return all.apply(observable, alone ? [new DirectSubscriber(next as (value: T) => void)] : args);
  };
  return observable;
};
