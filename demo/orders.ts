import { map, type OperatorFunction } from 'rxjs';
import type { Signal } from './signals.js';

/** What is sent to `orders.place`. */
export interface Order {
  readonly number: number;
  readonly side: 'buy' | 'sell';
  readonly price: number;
  readonly date: string;
  readonly day: number;
}

/** Makes an order of each signal, at the day's closing price. */
export const toOrders = (): OperatorFunction<Signal, Order> =>
  map(({ side, bar }, index) => ({ number: index + 1, side, price: bar.close, date: bar.date, day: bar.day }));
