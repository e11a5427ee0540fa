import type { Peer } from './benchClient.js';

const hand = (connect: Peer['connect']): Peer => ({ dialect: 'commandNotify', bare: true, connect });

/** Of what `npm ci --prefix bench` brings. By a path that the compiler does not follow: without it, all else is to compile. */
const installed = async (name: string): Promise<Peer> => {
  const module = (await import(new URL(`../peers/${name}.ts`, import.meta.url).href)) as Readonly<Record<string, Peer>>;
  return module[name] as Peer;
};

/** The contestants, in the order of the table. `ours`: these need no install of their own. */
export const peers = {
  raw: { title: 'raw ws', ours: true, load: async () => hand((await import('./rawClient.js')).rawClient) },
  rawCork: { title: 'raw ws, corked', ours: true, load: async () => hand((await import('./rawCorkClient.js')).rawCorkClient) },
  rawRx: { title: 'raw-rx', ours: true, load: async () => hand((await import('./rawRxClient.js')).rawRxClient) },
  rxgate: {
    title: '**rxgate**, operators',
    ours: true,
    load: async (workload: string): Promise<Peer> => {
      const { rxgateClient } = await import('./rxgateClient.js');
      return { dialect: 'commandNotify', connect: (url) => rxgateClient(url, workload === 'reconnect') };
    },
  },
  rxgateSingle: {
    title: '**rxgate**, a gateway without batches',
    ours: true,
    load: async (workload: string): Promise<Peer> => {
      const { rxgateClient } = await import('./rxgateClient.js');
      const cannot = ['requests', 'reconnect', 'sequential'].includes(workload) ? [] : [workload];
      return { dialect: 'singleFrames', cannot, connect: (url) => rxgateClient(url, workload === 'reconnect') };
    },
  },
  gateway: {
    title: '**rxgate**, `createGateway`',
    ours: true,
    load: async (): Promise<Peer> => {
      const { createGatewayClient } = await import('./createGatewayClient.js');
      return { dialect: 'commandNotify', connect: createGatewayClient };
    },
  },
  reconnectingWebsocket: { title: 'reconnecting-websocket', ours: false, load: () => installed('reconnectingWebsocket') },
  rpcWebsockets: { title: 'rpc-websockets', ours: false, load: () => installed('rpcWebsockets') },
  socketIo: { title: 'socket.io-client', ours: false, load: () => installed('socketIo') },
  graphqlWs: { title: 'graphql-ws', ours: false, load: () => installed('graphqlWs') },
  centrifuge: { title: 'centrifuge', ours: false, load: () => installed('centrifuge') },
  rxjsWebSocket: { title: 'rxjs/webSocket', ours: false, load: () => installed('rxjsWebSocket') },
  trpc: { title: '@trpc/client', ours: false, load: () => installed('trpc') },
  rxStomp: { title: '@stomp/rx-stomp', ours: false, load: () => installed('rxStomp') },
} as const satisfies Record<string, { title: string; ours: boolean; load: (workload: string) => Promise<Peer> }>;

export type PeerName = keyof typeof peers;
