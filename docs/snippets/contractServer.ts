import { commandNotify } from 'rxgate/protocols';
import { commands, serve, type ServeSource, topics } from 'rxgate/server';
import { of } from 'rxjs';
import { trading } from './contract.js';

export function tradingServer(source: ServeSource) {
  let placed = 0;
  return serve({ ...source, protocol: commandNotify(), contract: trading }).pipe(
    commands({
      'orders.place': ({ quantity }) => ({ order: (placed += quantity) }), // what gets here is valid
      'orders.count': () => placed,
    }),
    topics({
      'bars:{symbol}:{resolution}': ({ symbol }) => of({ day: new Date('2026-11-30'), close: symbol.length }),
    }),
  );
}
