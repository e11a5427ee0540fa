import { connect, type NetConnectOpts, type Socket } from 'node:net';

/** How often a connection of `ws` wrote to the network. */
export interface Wire {
  writes: number;
}

/** An option `createConnection` of `ws`, which counts the writes of what it connects. */
export function countedConnection(): { readonly wire: Wire; readonly createConnection: (options: NetConnectOpts) => Socket } {
  const wire: Wire = { writes: 0 };
  return {
    wire,
    createConnection: (options) => {
      const socket = connect({ ...options, path: undefined } as NetConnectOpts);
      for (const method of ['_write', '_writev'] as const) {
        const write = (socket[method] as (...parameters: unknown[]) => void).bind(socket);
        socket[method] = (...parameters: unknown[]) => {
          wire.writes++;
          write(...parameters);
        };
      }
      return socket;
    },
  };
}
