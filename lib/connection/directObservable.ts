import { config, Observable, Subscriber, Subscription, type TeardownLogic, type Unsubscribable } from 'rxjs';
import { reportUnhandled } from '../events/reportUnhandled.js';

/* eslint-disable no-restricted-syntax, rxjs-x/no-subclass, @typescript-eslint/no-deprecated --
   RxJS takes a Subscriber through `subscribe` as it is, and nothing else. With functions of its own, each would take more memory than it saves. */
/**
 * Calls a function as RxJS would, but with no two observers between it and its `Subscriber`. What is its own teardown, and is the first that is
 * added, has no list made for it.
 */
class DirectSubscriber<T> extends Subscriber<T> {
  declare protected readonly call: (value: T) => void;
  declare private first: Unsubscribable | undefined;

  constructor(call: (value: T) => void) {
    super();
    this.call = call;
    this.first = undefined;
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
  override add(teardown: TeardownLogic): void {
    if (this.first || this.closed || typeof teardown !== 'object' || teardown instanceof Subscription) super.add(teardown);
    else this.first = teardown;
  }
  override remove(teardown: Exclude<TeardownLogic, void>): void {
    if (teardown === this.first) this.first = undefined;
    else super.remove(teardown);
  }
  override unsubscribe(): void {
    const { first } = this;
    this.first = undefined;
    try {
      super.unsubscribe();
    } finally {
      first?.unsubscribe();
    }
  }
}

/**
 * The same, from a place of its own: V8 inlines the function of a thousand subscribers where it is the only one that the place calls, and
 * those of requests are of all kinds.
 */
class SeldomSubscriber<T> extends DirectSubscriber<T> {
  override next(value: T): void {
    const { call, closed } = this;
    try {
      if (!closed) call(value);
    } catch (error) {
      reportUnhandled(error);
    }
  }
}

/* eslint-enable */

/** `subscribe` takes more than its types say: a `Subscriber` too. */
interface Face {
  subscribe(this: unknown, ...args: unknown[]): Subscription;
}

/** What all have in place of their own `subscribe`: a function for each would be one more thing for each request. */
const subscribeWith = (Made: typeof DirectSubscriber): Face['subscribe'] =>
  function subscribe(...args) {
    const [next] = args;
    // Who wants errors thrown where they happen gets RxJS's own way with them.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const alone = typeof next === 'function' && args.length < 2 && !config.useDeprecatedSynchronousErrorHandling;
    const all: Face = Observable.prototype;
    return all.subscribe.apply(this, alone ? [new Made(next as (value: unknown) => void)] : args);
  };
const often = /* @__PURE__ */ subscribeWith(DirectSubscriber);
const seldomly = /* @__PURE__ */ subscribeWith(SeldomSubscriber);

/**
 * `new Observable(subscribe)`, to which a function that subscribes alone is nearer: with many subscribers, what a value costs is the memory that
 * it goes through to each. Whoever subscribes in another way, and operators, find what they find in any Observable. `seldom`: there are few values
 * for each, and no thousand subscribers of one kind.
 */
export const directObservable = <T>(subscribe: (subscriber: Subscriber<T>) => TeardownLogic, seldom?: boolean): Observable<T> => {
  const observable = new Observable(subscribe);
  const face: Face = observable;
  face.subscribe = seldom ? seldomly : often;
  return observable;
};
