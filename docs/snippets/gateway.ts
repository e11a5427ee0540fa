// Start it: `node --import=tsx --conditions=rxgate-source docs/snippets/gateway.ts`
import { commandNotify } from 'rxgate/protocols';
import { commands, serve, topics } from 'rxgate/server';
import { map, timer } from 'rxjs';

const options = {
  port: Number(process.env.PORT ?? 8080),
  host: '127.0.0.1',
  protocol: commandNotify(),
  listening: ({ port }: { port: number }) => console.log(`listening on ${port}`),
};
serve(options)
  .pipe(
    commands({ greet: (name: string) => `hello, ${name}` }),
    topics({ 'prices:{symbol}': ({ symbol }) => timer(0, 1_000).pipe(map((n) => ({ symbol, price: 100 + n }))) }),
  )
  .subscribe();
