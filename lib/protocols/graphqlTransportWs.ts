import { checkFlag } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import { graphqlCodec } from './graphqlCodec.js';
import { type GraphqlDocuments, graphqlOperations } from './graphqlOperations.js';
import type { Protocol } from './protocol.js';

/** Options of {@link graphqlTransportWs}. */
export interface GraphqlTransportWsOptions {
  /** Documents by the name under which `request` and `send` may ask for them. Default: none; a document itself does as well. */
  readonly operations?: GraphqlDocuments | undefined;
  /**
   * Subscriptions by the template of their topics. What fills a template becomes variables, as strings; the `params` that the template
   * does not consume are variables as they are. The first template that fits counts. Default: none.
   */
  readonly topics?: GraphqlDocuments | undefined;
  /**
   * `false`: values are the `data` of a result; one with errors, data or not, fails the request, stream or topic, which the gateway is
   * then asked to stop. `true`: values are results, `{ data, errors, extensions }`; only what the gateway could not run at all fails.
   * Default `false`.
   */
  readonly wholeResults?: boolean | undefined;
}

/**
 * GraphQL over WebSocket, the subprotocol `graphql-transport-ws`, as `graphql-ws` and most GraphQL servers of today speak it.
 *
 * Queries and mutations are requests: the command is a document, or a name in `operations`, the data are the variables (an object). A
 * subscription is a request with `stream: true`, or a topic by a template in `topics`. Leaving either sends `complete`. Without
 * `stream`, the first result is the reply. GraphQL errors are a `RequestFailedError` or `SubscriptionRejectedError` with the first code
 * in their `extensions` (else `GRAPHQL_ERROR`), all messages in `detail`, and the result with errors and partial data in `data`. `send`
 * runs an operation and ignores its result. The key of an idempotent request goes into `extensions.idempotencyKey`.
 *
 * The greeting sends `connect`'s `credentials` (an object, or nothing) as the payload of `connection_init`, and waits for
 * `connection_ack`, whose payload is `session.opened.greeting`. Heartbeats are messages. A topic counts as confirmed when it is
 * sent, for the protocol has no confirmation.
 *
 * Of the close codes, 4004, 4005, 4406, 4429 and 4500 are final beside those of the `verdictTable`, as they are to the client of
 * `graphql-ws`. 4403, a server's refusal of `connection_init`, asks for new credentials once, as 4401 does.
 *
 * @example
 * const protocol = graphqlTransportWs({ topics: { 'bars:{symbol}': 'subscription ($symbol: ID!) { bars(symbol: $symbol) { close } }' } });
 * const session$ = connect({ url: 'wss://gw.example/graphql', protocol, credentials: () => ({ token: getToken() }) }).pipe(shareSession());
 * const user$ = session$.pipe(request<{ user: User }>('query ($id: ID!) { user(id: $id) { name } }', { id: 7 }));
 * const bars$ = session$.pipe(topic<{ bars: Bar }>('bars:{symbol}', { symbol: 'SPX' }));
 *
 * @throws TypeError that names the option or the document.
 */
export function graphqlTransportWs(options: GraphqlTransportWsOptions = {}): Protocol {
  const { wholeResults } = readOptions('graphqlTransportWs', options, { wholeResults: [checkFlag, false] });
  const operations = graphqlOperations(options.operations, options.topics);
  return {
    name: 'graphqlTransportWs',
    subprotocols: ['graphql-transport-ws'],
    heartbeat: { mode: 'message' },
    client: () => graphqlCodec(operations, wholeResults),
    closeCodes: (code) => (code === 4403 ? 'refresh' : [4004, 4005, 4406, 4429, 4500].includes(code) ? 'final' : undefined),
  };
}
