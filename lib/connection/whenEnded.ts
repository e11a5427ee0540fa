import type { AnySession } from './session.js';
import { sessionLink } from './sessionLink.js';
import { lastOf } from '../options/lastOf.js';

/**
 * Makes what watches sessions: it calls `run` when a session that it was given has ended, after those who asked before. `false`: that one
 * has ended already, and nothing is called. For stages that hold thousands of peers: the function, and the list that it is in, are the same
 * for all of them, where a subscription to `closed` would cost each peer several objects.
 */
export function whenEnded<S extends AnySession>(run: (session: S) => void): (session: S) => boolean {
  const extended = lastOf((endings: readonly ((session: AnySession) => void)[] = []) => [
    ...endings,
    run as (session: AnySession) => void,
  ]);
  return (session) => {
    const link = sessionLink(session);
    if (link.ended) return false;
    link.endings = extended(link.endings);
    return true;
  };
}
