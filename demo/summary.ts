import type { DrainReport, Metrics } from 'rxgate';
import { plural, seconds, thousands } from './narrate.js';
import type { Tally } from './tally.js';

const ms = (value: number | undefined): string => `${value === undefined ? '-' : value.toFixed(1)} ms`.padEnd(9);

const percentiles = ({ count, p50, p95, p99 }: Metrics['rtt'], what: string): string =>
  `p50 ${ms(p50)} p95 ${ms(p95)} p99 ${ms(p99)} of ${plural(count, what)}`;

const ordersOf = ({ orders, confirmed, repeated, withdrawn }: Tally, booked: number): string =>
  [
    `${orders} made, ${confirmed} confirmed`,
    `${repeated} sent twice`,
    ...(withdrawn ? [`${withdrawn} withdrawn at the end`] : []),
    `${booked} in the gateway's journal`,
  ].join('; ');

/** The summary, line by line. `booked` is how many orders the gateway has in its journal. */
export const summarise = (tally: Tally, metrics: Metrics, booked: number, drained: DrainReport): readonly string[] => [
  '',
  'Summary',
  `  bars        ${thousands(tally.days)} daily, ${thousands(tally.weeks)} weekly; ${thousands(tally.fetched)} of them fetched to fill gaps`,
  `  orders      ${ordersOf(tally, booked)}`,
  `  reconnects  ${metrics.sessions - 1}, with ${plural(tally.retries, 'attempt')} in ${seconds(tally.down)}`,
  `  round trip  ${percentiles(metrics.rtt, 'heartbeat')}`,
  `  replies     ${percentiles(metrics.replyTime, 'request')}`,
  `  drained     ${plural(drained.unsent, 'request')} unsent, ${drained.unanswered} unanswered`,
];

/** Whether each order has its receipt, and the gateway has executed no other. */
export const isAccountedFor = ({ orders, confirmed, withdrawn }: Tally, booked: number): boolean =>
  orders === confirmed + withdrawn && confirmed === booked;
