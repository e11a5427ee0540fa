import type { Dialect } from './dialect.js';

interface GraphqlFrame {
  readonly type: string;
  readonly id: string;
  readonly payload?: { readonly operationName: string; readonly variables: { readonly data?: unknown; readonly topic?: string } };
}

/** graphql-transport-ws, as far as graphql-ws asks for it. The operation's name is the command, or `topic`. */
export const graphqlTransportWs: Dialect = {
  subprotocol: 'graphql-transport-ws',
  open: (wire) => (frame) => {
    const { type, id, payload } = JSON.parse(frame) as GraphqlFrame;
    const next = (data: unknown): string => JSON.stringify({ id, type: 'next', payload: { data: { value: data } } });
    if (type === 'connection_init') wire.send('{"type":"connection_ack"}');
    else if (type === 'ping') wire.send('{"type":"pong"}');
    else if (type === 'subscribe' && payload) {
      const { operationName, variables } = payload;
      if (variables.topic !== undefined) wire.topic(variables.topic, next);
      else
        wire.command(operationName, variables.data, (data) => {
          // A request is a result and its end: two frames, in one packet.
          queueMicrotask(() => wire.send(JSON.stringify({ id, type: 'complete' })));
          return next(data);
        });
    }
  },
};
