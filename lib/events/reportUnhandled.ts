import { throwError } from 'rxjs';

/** As RxJS does with an error that nobody handles: throws it in a turn of its own, or tells it to `config.onUnhandledError`. */
export const reportUnhandled = (error: unknown): void => {
  throwError(() => error).subscribe();
};
