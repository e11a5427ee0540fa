import { defer, type Observable } from 'rxjs';
import type { Session } from 'rxgate';
import { type FakeSession, fakeSession } from 'rxgate/testing';

/** A source that makes a new session for each subscription, and keeps them. */
export function sessionsOf(): { readonly made: FakeSession[]; readonly source: Observable<Session> } {
  const made: FakeSession[] = [];
  const source = defer(() => {
    const fake = fakeSession({ id: made.length + 1 });
    made.push(fake);
    return fake.session$;
  });
  return { made, source };
}
