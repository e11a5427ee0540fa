import { NEVER } from 'rxjs';
import { createGateway, type Gateway, type GatewayConfig } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { answers, isCommand, isSubscribe } from './answers.js';
import { recorded } from './recorded.js';
import { refuseWith } from './refusals.js';
import { tcpServer } from './tcpServer.js';
import { wsServer } from './wsServer.js';

/** The states in which an application may close. */
export const closingStates = ['disconnected', 'provider', 'connecting', 'handshake', 'authenticated', 'waiting'] as const;
export type ClosingState = (typeof closingStates)[number];
export const closingWays = ['drain', 'unsubscribing'] as const;
export type ClosingWay = (typeof closingWays)[number];

/** The status of each state. */
export const statusIn: Readonly<Record<ClosingState, string>> = {
  disconnected: 'disconnected',
  provider: 'connecting',
  connecting: 'connecting',
  handshake: 'connected',
  authenticated: 'authenticated',
  waiting: 'reconnecting',
};

/** A client that is to be closed in `state`. Its durations are an hour: any timer that it leaves keeps the process. */
export function closingClient(state: ClosingState, url: string, config: Partial<GatewayConfig> = {}): Gateway {
  const hour = 3_600_000;
  return createGateway({
    url: state === 'provider' ? () => NEVER : url,
    protocol: commandNotify(),
    ...{ connectTimeout: hour, confirmTimeout: hour, closeTimeout: hour },
    retry: { initialDelay: hour, maxDelay: hour },
    heartbeat: { interval: hour, timeout: hour },
    authenticate: (session) => session.request('login', undefined, { timeout: hour }),
    ...config,
  });
}

/** Everything that an application may hold of a gateway, recorded. */
export const holdings = (gateway: Gateway) => ({
  session: recorded(gateway.session),
  topic: recorded(gateway.topic('bars')),
  request: recorded(gateway.request('silent', undefined, { timeout: 3_600_000 })),
});

/** What the server of a scene saw. */
export interface ClosingScene {
  readonly url: string;
  /** Resolves when the server has seen the client get into the state, as far as a server can. */
  readonly reached: Promise<unknown>;
  /** Connections, upgraded or not. */
  readonly attempts: () => number;
  /** The close code that the server saw, `'cut'` for a connection that was not upgraded, `'nothing'` where there was none. */
  readonly farewell: () => Promise<number | 'cut' | 'nothing'>;
}

/** A server that gets a client into `state`, and keeps it there. */
export async function closingScene(state: ClosingState): Promise<ClosingScene> {
  if (state === 'connecting') {
    const server = await tcpServer();
    return {
      url: `${server.url}/`,
      reached: server.connection(0).then(({ request }) => request),
      attempts: () => server.connections.length,
      farewell: async () => (await (await server.connection(0)).closed, 'cut'),
    };
  }
  const server = await wsServer({
    refuse: (_index, stream, { url }) => state === 'waiting' && url === '/' && refuseWith(stream, 503),
    onBody: (body, connection) => {
      if (state !== 'handshake') answers(body, connection);
    },
  });
  const connected = async () => {
    const connection = await server.connection(0);
    if (state === 'handshake') return connection.body(isCommand('login'));
    return Promise.all([isSubscribe, isCommand('silent')].map((matches) => connection.body(matches)));
  };
  const reached = { disconnected: async () => undefined, provider: async () => undefined, waiting: () => server.upgrade(0) };
  const quiet = state in reached;
  return {
    url: `${server.url}/`,
    reached: quiet ? reached[state as keyof typeof reached]() : connected(),
    attempts: () => server.upgrades,
    farewell: async () => (quiet ? 'nothing' : (await (await server.connection(0)).closed).code),
  };
}
