import { type MonoTypeOperatorFunction, Observable } from 'rxjs';

/** Errors with the signal's reason when it aborts, unsubscribing the source; without a signal, the source as it is. */
export function untilAborted<T>(signal: AbortSignal | undefined): MonoTypeOperatorFunction<T> {
  return (source) =>
    signal
      ? new Observable((subscriber) => {
          const abort = (): void => {
            subscriber.error(signal.reason);
          };
          if (signal.aborted) {
            abort();
            return;
          }
          signal.addEventListener('abort', abort);
          subscriber.add(() => {
            signal.removeEventListener('abort', abort);
          });
          source.subscribe(subscriber);
        })
      : source;
}
