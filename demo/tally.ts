import type { ConnectionState, GatewayError, Settled } from 'rxgate';
import type { Receipt } from './journal.js';
import type { Order } from './orders.js';

/** What the demo counts. */
export interface Tally {
  days: number;
  weeks: number;
  /** How many of the bars were fetched, since they had been missed. */
  fetched: number;
  orders: number;
  readonly confirmed: number;
  /** Confirmed by a receipt that says that the order had come before. */
  readonly repeated: number;
  /** Never answered, because of Ctrl-C. */
  readonly withdrawn: number;
  readonly status: ConnectionState['status'];
  /** Attempts to reconnect. */
  readonly retries: number;
  /** Milliseconds without a session, after the first. */
  readonly down: number;
  state(state: ConnectionState): void;
  result(result: Settled<Order, Receipt>): void;
}

export function createTally(): Tally {
  let lostAt: number | undefined;
  const tally = {
    ...{ days: 0, weeks: 0, fetched: 0 },
    ...{ orders: 0, confirmed: 0, repeated: 0, withdrawn: 0 },
    status: 'disconnected' as ConnectionState['status'],
    ...{ retries: 0, down: 0 },
    state: ({ status }: ConnectionState) => {
      tally.status = status;
      if (status === 'reconnecting') {
        tally.retries++;
        lostAt ??= performance.now();
      } else if (status === 'authenticated' && lostAt !== undefined) {
        tally.down += performance.now() - lostAt;
        lostAt = undefined;
      }
    },
    result: (result: Settled<Order, Receipt>) => {
      if ('reply' in result) {
        tally.confirmed++;
        if (result.reply.repeated) tally.repeated++;
      } else if ((result.error as GatewayError).kind === 'gatewayClosed') tally.withdrawn++;
    },
  };
  return tally;
}
