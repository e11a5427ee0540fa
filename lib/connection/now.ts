import { asyncScheduler } from 'rxjs';

/** RxJS time in ms: a clock that specs may turn. */
export const now = (): number => asyncScheduler.now();
