import type { Dialect } from './dialect.js';

interface RpcFrame {
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
}

/** JSON-RPC 2.0 with the events of rpc-websockets. */
export const rpcWebsockets: Dialect = {
  open: (wire) => (frame) => {
    const { id, method, params } = JSON.parse(frame) as RpcFrame;
    const result = (data: unknown): string => JSON.stringify({ jsonrpc: '2.0', result: data, id });
    if (method === 'rpc.on') {
      const [topic = ''] = params as string[];
      wire.topic(topic, (data) => JSON.stringify({ notification: topic, params: [data] }));
      wire.send(result({ [topic]: 'ok' }));
    } else wire.command(method, params, result);
  },
};
