import { type Observable, Subject } from 'rxjs';
import { inTurn } from './inTurn.js';

/** The changes of something that its owner tells of. */
export interface Changes<T> {
  /** Hot, without replay; never errors and never completes. */
  readonly changes: Observable<T>;
  /** Tells all observers, each change to all of them before the next. Without observers it costs nothing. */
  tell(change: T): void;
}

/** Changes that nobody has told of yet. */
export function createChanges<T>(): Changes<T> {
  const told = new Subject<T>();
  const next = inTurn((change: T) => {
    told.next(change);
  });
  return {
    changes: told.asObservable(),
    tell: (change) => {
      if (told.observed) next(change);
    },
  };
}
