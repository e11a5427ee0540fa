// Where there is no WebSocket: what a browser build does on a server, for example.
delete (globalThis as { WebSocket?: unknown }).WebSocket;

const { connect, ConnectFailedError, createGateway } = await import('rxgate');
const { commandNotify } = await import('rxgate/protocols');
const { openSocket } = await import('../../../lib/connection/browserSocket.js');
const { WebSocketServer } = await import('ws');
const { firstValueFrom } = await import('rxjs');

const print = (line: unknown): void => console.log(JSON.stringify(line));

const url = 'ws://127.0.0.1:1';
const protocol = commandNotify();
const hooks = { rejected: () => undefined, alive: () => undefined };
const inBrowser = connect({
  url,
  protocol,
  webSocketFactory: (address, protocols, options) => openSocket(address, protocols, options, hooks),
});
createGateway({ url, protocol });
print('constructed');

await firstValueFrom(inBrowser).catch((error: unknown) => {
  if (!(error instanceof ConnectFailedError)) throw error;
  const { kind, reason, retryable, name } = error;
  print({ kind, reason, retryable, name });
});

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
await new Promise((resolve) => server.once('listening', resolve));
await firstValueFrom(connect({ url: `ws://127.0.0.1:${(server.address() as { port: number }).port}`, protocol }));
print('connects with ws all the same');
server.close();
