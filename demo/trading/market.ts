import type { Bar } from './client/types.js';

const minute = 60_000;
/** The first bar of every chart. */
const begin = Date.UTC(2026, 0, 5, 14, 30);
const prices: Readonly<Record<string, number>> = { AAPL: 150, GOOGL: 2_800, TSLA: 700 };

/** The bar of a symbol at a place in its chart: always the same. */
export function barAt({ symbol = '', resolution = '1' }: Readonly<Record<string, string>>, place: number): Bar {
  const step = resolution === 'D' ? 24 * 60 : Number(resolution);
  const open = (prices[symbol] ?? 100) + Math.sin(place) * 2;
  const close = (prices[symbol] ?? 100) + Math.sin(place + 1) * 2;
  const cents = (value: number): number => Math.round(value * 100) / 100;
  return {
    time: begin + place * step * minute,
    open: cents(open),
    high: cents(Math.max(open, close) + 0.5),
    low: cents(Math.min(open, close) - 0.5),
    close: cents(close),
    volume: 1_000 + place,
  };
}
