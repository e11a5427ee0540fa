import { centrifuge } from './centrifuge.js';
import { commandNotify, singleFrames } from './commandNotify.js';
import type { Dialect } from './dialect.js';
import { graphqlTransportWs } from './graphqlTransportWs.js';
import { rpcWebsockets } from './rpcWebsockets.js';
import { socketIo } from './socketIo.js';
import { stomp } from './stomp.js';
import { trpc } from './trpc.js';

/** What the gateway speaks: each by hand, so that it sends the same payloads in the same portions to all. */
export const dialects = {
  ...{ commandNotify, singleFrames, graphqlTransportWs, rpcWebsockets, socketIo, trpc, stomp, centrifuge },
} satisfies Record<string, Dialect>;

export type DialectName = keyof typeof dialects;
