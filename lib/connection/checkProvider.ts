import { checkThat } from '../options/check.js';
import { isAwaited } from './provider.js';

/** Makes the check of a provider, which may hold a secret and so is not quoted: of its value, if that is known already. */
export const checkProvider =
  (wanted: string, fits: (value: unknown) => unknown) =>
  <T>(owner: string, name: string, value: T): T => {
    const isProvider = typeof value === 'function' || isAwaited(value);
    checkThat(owner, name, typeof value, `${wanted}, or a provider`, isProvider || fits(value));
    return value;
  };
