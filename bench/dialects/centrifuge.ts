import type { Dialect } from './dialect.js';

interface CentrifugeFrame {
  readonly id?: number;
  readonly connect?: object;
  readonly subscribe?: { readonly channel: string };
  readonly rpc?: { readonly method: string; readonly data: unknown };
}

/** The JSON protocol of Centrifugo: one object a line. */
export const centrifuge: Dialect = {
  open: (wire) => (frame) => {
    for (const line of frame.split('\n')) {
      if (line === '') continue;
      const { id, connect, subscribe, rpc } = JSON.parse(line) as CentrifugeFrame;
      if (connect) wire.send(JSON.stringify({ id, connect: { client: 'a', version: 'bench' } }));
      else if (subscribe) {
        const { channel } = subscribe;
        wire.topic(channel, (data) => JSON.stringify({ push: { channel, pub: { data } } }));
        wire.send(JSON.stringify({ id, subscribe: {} }));
      } else if (rpc) wire.command(rpc.method, rpc.data, (data) => JSON.stringify({ id, rpc: { data } }));
    }
  },
};
