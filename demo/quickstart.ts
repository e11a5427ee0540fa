// A gateway and its client in twenty lines: `node --import=tsx --conditions=rxgate-source demo/quickstart.ts`
import { authenticate, connect, drain, heartbeat, request, retryBackoff, shareSession, topic } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { commands, serve, topics } from 'rxgate/server';
import { firstValueFrom, map, take, timer } from 'rxjs';

const port = Number(process.env.PORT ?? 8080);

// The gateway: commands have replies, topics have notifications.
const peer$ = serve({ port, host: '127.0.0.1', protocol: commandNotify() }).pipe(
  commands({ POST_LOGIN: (user: string) => `welcome, ${user}`, 'orders.place': (order: object) => ({ ...order, filled: true }) }),
  topics({ 'prices:{symbol}': ({ symbol }) => timer(0, 100).pipe(map((n) => ({ symbol, price: 100 + n }))) }),
);
const gateway = peer$.subscribe();

// The client: one connection that logs in, notices when the other side is gone, reconnects, and is shared by all who use it.
const session$ = connect({ url: `ws://127.0.0.1:${port}`, protocol: commandNotify() }).pipe(
  authenticate((session) => session.request('POST_LOGIN', 'demo')),
  heartbeat(),
  retryBackoff(),
  shareSession({ linger: 1_000 }),
);

await session$.pipe(topic('prices:{symbol}', { symbol: 'SPX' }), take(3)).forEach((price) => console.log(price));
console.log(await firstValueFrom(session$.pipe(request('orders.place', { symbol: 'SPX', quantity: 2 }))));
console.log(await firstValueFrom(drain(session$)));
gateway.unsubscribe();
