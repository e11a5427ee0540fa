import { Subject } from 'rxjs';
import { commandNotify } from 'rxgate/protocols';
import { commands, type Peer, serve, topics } from 'rxgate/server';
import type { BenchServer } from './benchServer.js';

/** The pipeline of the server guide with its defaults, through its public face. */
export function rxgateServer(): Promise<BenchServer> {
  const bars = new Subject<unknown>();
  const peers = new Set<Peer>();
  return new Promise((resolve, reject) => {
    const listening = ({ port }: { readonly port: number }): void => {
      resolve({
        port,
        ways: {
          broadcast: (data) => {
            for (const peer of peers) peer.send('bars', data);
          },
          topic: (data) => {
            bars.next(data);
          },
        },
      });
    };
    serve({ host: '127.0.0.1', port: 0, protocol: commandNotify(), listening })
      .pipe(commands({ echo: (data: unknown) => data }), topics({ bars: () => bars }))
      .subscribe({
        next: (peer) => {
          peers.add(peer);
          peer.closed.subscribe(() => peers.delete(peer));
        },
        error: reject,
      });
  });
}
