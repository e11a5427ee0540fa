import type { IncomingMessage } from 'node:http';
import { type Identity, commands, createUsers, expiry, login, type Peer } from 'rxgate/server';
import type { Observable } from 'rxjs';

const tokens = new Map([['secret', 'ann']]);
const byToken = async (token = ''): Promise<Identity | undefined> => {
  const user = await Promise.resolve(tokens.get(token));
  return user === undefined ? undefined : { user, expiresAt: Date.now() + 3_600_000 };
};
export const banned = new Set<string>();

// #region upgrade
/** For `serve({ authenticate })`. Nobody (`undefined`) is refused with HTTP 401. */
export const authenticate = ({ headers }: IncomingMessage) => byToken(/token=(\w+)/.exec(headers.cookie ?? '')?.[1]);
// #endregion

export const users = createUsers();

// #region login
interface Credentials {
  readonly token: string;
}
const verify = ({ token }: Credentials) => byToken(token);

export const known = (peer$: Observable<Peer>) =>
  peer$.pipe(
    login({ verify, timeout: 5_000 }),
    expiry({
      warnBefore: 30_000,
      refresh: { verify },
      revalidate: { every: 60_000, check: ({ user }) => !banned.has(user) },
    }),
    users.track(),
    commands({ whoAmI: (_data: unknown, { peer }) => peer.identity?.user }),
  );
// #endregion

// #region revoke
/** Somebody lost an account: all connections of that user close with 4401. */
export const lock = (user: string): number => {
  tokens.delete('secret');
  return users.revoke(user);
};
// #endregion
