import { commandNotify } from '../protocols/commandNotify.js';
import { graphqlTransportWs } from '../protocols/graphqlTransportWs.js';
import { jsonRpc } from '../protocols/jsonRpc.js';
import { phoenix } from '../protocols/phoenix.js';
import type { Protocol } from '../protocols/protocol.js';
import { stomp } from '../protocols/stomp.js';
import { typedTopics } from '../protocols/typedTopics.js';

/** The protocols that the command line knows, each as it is without options; `templates` are those of the topics that are asked for. */
export const protocols: Readonly<Record<string, (templates: readonly string[]) => Protocol>> = {
  commandNotify: () => commandNotify(),
  typedTopics: (topics) => typedTopics({ topics }),
  jsonRpc: () => jsonRpc(),
  graphqlTransportWs: () => graphqlTransportWs(),
  phoenix: () => phoenix(),
  stomp: () => stomp(),
};
