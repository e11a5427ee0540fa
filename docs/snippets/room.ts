import { heartbeat } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { broadcast, commands, createUsers, login, type Peer, serve, type ServeSource, slowConsumers } from 'rxgate/server';

/** Everybody who gave a name hears what the others say. */
export function room(source: ServeSource) {
  const users = createUsers();
  return serve({ ...source, protocol: commandNotify() }).pipe(
    slowConsumers({ policy: 'close' }),
    heartbeat(),
    login({ verify: (user: string) => ({ user }) }),
    users.track(),
    commands<Peer>({
      say: (text: string, { peer }) =>
        broadcast(users.toAll(), 'said', { from: peer.identity?.user, text }, { except: peer }).sent,
    }),
  );
}
