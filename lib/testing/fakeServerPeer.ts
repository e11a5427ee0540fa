import type { Codec } from '../protocols/protocol.js';
import { createPeer, type OwnedPeer, type PeerSetup } from '../server/createPeer.js';
import type { Peer } from '../server/peer.js';
import type { FakeConnection } from './fakeConnection.js';

/** Who comes, and what for. */
export type Newcomer = Pick<Peer, 'id' | 'opened' | 'headers' | 'identity'>;

/** A real peer at the server's end of a connection in memory. `left` is told when this end is to be given up. */
export function fakeServerPeer(
  setup: Omit<PeerSetup, 'id' | 'opened' | 'codec' | 'socket' | 'onEnd'>,
  connection: FakeConnection,
  from: Newcomer,
  codec: Codec,
  on: { left(code: number, reason: string): void; ended(): void },
): OwnedPeer {
  const { id, opened, headers, identity } = from;
  const owned = createPeer(
    {
      ...setup,
      ...{ id, opened, codec },
      onEnd: on.ended,
      socket: {
        get open() {
          return connection.open;
        },
        get bufferedAmount() {
          return connection.bufferedAmount;
        },
        write: connection.write,
        close: (code, reason) => {
          on.left(code, reason);
          owned.end({ code, reason, wasClean: true, by: 'us' });
        },
        terminate: () => {
          on.left(1006, '');
        },
        release: () => {
          on.left(1000, '');
        },
        ping: undefined,
      },
    },
    { address: `fake:${id}`, headers, identity },
  );
  return owned;
}
