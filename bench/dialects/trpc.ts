import type { Dialect } from './dialect.js';

interface TrpcFrame {
  readonly id: number;
  readonly method: string;
  readonly params: { readonly path: string; readonly input: unknown };
}

/** What `wsLink` of tRPC 11 sends, alone or as a batch, and hears. */
export const trpc: Dialect = {
  open: (wire) => {
    const take = ({ id, method, params }: TrpcFrame): void => {
      const data = (value: unknown): string => JSON.stringify({ id, result: { type: 'data', data: value } });
      if (method === 'subscription') {
        wire.topic(params.input as string, data);
        wire.send(JSON.stringify({ id, result: { type: 'started' } }));
      } else wire.command(params.path, params.input, data);
    };
    return (frame) => {
      if (frame === 'PING') {
        wire.send('PONG');
        return;
      }
      for (const each of [JSON.parse(frame) as TrpcFrame | TrpcFrame[]].flat()) take(each);
    };
  },
};
