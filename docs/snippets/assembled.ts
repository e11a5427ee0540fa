import { commandNotify } from 'rxgate/protocols';
import { createGatewayServer, type GatewayServer } from 'rxgate/server';

// #region assembled
export function start(port: number): GatewayServer {
  const server: GatewayServer = createGatewayServer({
    port,
    protocol: commandNotify(),
    login: { verify: (user: string) => ({ user }) },
    limits: { perUser: 5 },
    lifetime: { max: 3_600_000 },
    commands: {
      say: (text: string, { peer }) => server.broadcast('said', { user: peer.identity?.user, text }).sent,
    },
  });
  return server;
}
// #endregion
