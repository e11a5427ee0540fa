import { isObservable } from 'rxjs';
import { checkThat } from './check.js';

/** Returns `value` if it is an RxJS observable; else throws an error that names the option. Apart from the other checks, which need no RxJS. */
export const checkObservable = <T>(owner: string, name: string, value: T): T =>
  checkThat(owner, name, value, 'an observable', isObservable(value));
