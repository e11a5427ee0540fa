import { Subject } from 'rxjs';
import type * as Server from '../../lib/server/index.js';
import { built, protocols, rxgate } from '../rxgate.js';
import { type BenchServer, namesIn } from './benchServer.js';

const server = (await built('server/index.js')) as typeof Server;
const { broadcast, commands, createRooms, createUsers, serve, slowConsumers, topics } = server;

/** The pipeline of the server guide with its defaults, through its public face. */
export function rxgateServer(): Promise<BenchServer> {
  const bars = new Subject<unknown>();
  const users = createUsers();
  const rooms = createRooms();
  return new Promise((resolve, reject) => {
    const listening = ({ port }: { readonly port: number }): void => {
      resolve({
        port,
        ways: {
          broadcast: (data) => {
            broadcast(users.toAll(), 'bars', data);
          },
          topic: (data) => {
            bars.next(data);
          },
        },
      });
    };
    serve({
      ...{ host: '127.0.0.1', port: 0, protocol: protocols.commandNotify(), listening },
      authenticate: ({ url }) => {
        const { user, room } = namesIn(url);
        return { user, claims: room };
      },
    })
      .pipe(
        slowConsumers(),
        rxgate.heartbeat(),
        users.track(),
        rooms.track(),
        commands({ echo: (data: unknown) => data }),
        topics({ bars: () => bars }),
      )
      .subscribe({
        next: (peer) => {
          rooms.join(peer, peer.identity?.claims as string);
        },
        error: reject,
      });
  });
}
