import { concat, defer, delay, distinct, filter, ignoreElements, type Observable, of, switchMap, timer } from 'rxjs';
import type { GatewayProcess } from './gatewayProcess.js';
import type { Order } from './orders.js';

/**
 * Kills the gateway with the first order after the middle of the `days`, and starts it again half a second later. Emits what it does, in
 * words.
 */
export const crash = (orders$: Observable<Order>, server: GatewayProcess, days: number): Observable<string> =>
  orders$.pipe(
    filter(({ day }) => day % days > days / 2),
    // Once in each round of the replay.
    distinct(({ day }) => Math.floor(day / days)),
    // By now the gateway has executed the order and written it down, and is about to answer.
    delay(30),
    switchMap(() =>
      concat(
        of(`process ${server.pid} is killed (SIGKILL)`),
        defer(() => server.kill()).pipe(ignoreElements()),
        timer(500).pipe(ignoreElements()),
        defer(() => server.restart()).pipe(ignoreElements()),
        defer(() => of(`listens again, process ${server.pid}`)),
      ),
    ),
  );
