import type { PeerName } from './peers.js';
import type { WorkloadName } from './workloads.js';

/** What is measured under one name of the command line. */
export interface Bench {
  readonly title: string;
  /** What the figure is, and its unit. */
  readonly figure: string;
  readonly unit: 'µs' | 'ns' | 'B' | 'ms' | '×';
  /** One workload; or two, of which the figure is the second's over the first's. */
  readonly workloads: readonly [WorkloadName] | readonly [WorkloadName, WorkloadName];
  /** Whom the ratio is to. */
  readonly base: PeerName;
  /** The limit of the ratio of rxgate to the base, for the operators and for `createGateway`. */
  readonly target: number;
  /** Others than these are left out. */
  readonly only?: readonly PeerName[];
  /** A core of its own for the clients: a latency is steady only there. */
  readonly pinned?: boolean;
}

const growing = { unit: '×', figure: 'CPU per message with 100,000 over CPU with 1', base: 'raw', target: 1.15 } as const;
const only = ['raw', 'rxgate', 'gateway'] as const;

export const benches = {
  requests: {
    title: 'requests, 1,000 in flight',
    figure: 'client CPU per request',
    unit: 'µs',
    workloads: ['requests'],
    base: 'raw',
    target: 0.7,
  },
  sequential: {
    title: 'requests, one after the other',
    figure: 'median latency',
    unit: 'µs',
    workloads: ['sequential'],
    base: 'raw',
    target: 1.08,
    pinned: true,
  },
  topic: {
    title: 'notifications, 1 topic',
    figure: 'client CPU per notification',
    unit: 'µs',
    workloads: ['topic'],
    pinned: true,
    base: 'raw',
    target: 1.1,
  },
  topics: {
    title: 'notifications, 10,000 topics',
    figure: 'client CPU per notification',
    unit: 'µs',
    workloads: ['topics'],
    pinned: true,
    base: 'raw',
    target: 1.2,
  },
  local: {
    title: '1 topic, 1,000 local subscribers',
    figure: 'client CPU per delivery',
    unit: 'ns',
    workloads: ['local'],
    base: 'raw',
    target: 2.1,
  },
  heapPending: {
    title: 'heap per pending request',
    figure: 'heap',
    unit: 'B',
    workloads: ['heapPending'],
    base: 'rawRx',
    target: 1.1,
  },
  heapTopic: {
    title: 'heap per idle topic',
    figure: 'heap',
    unit: 'B',
    workloads: ['heapTopic'],
    base: 'rawRx',
    target: 1,
  },
  reconnect: {
    title: 'reconnect with 10,000 topics',
    figure: 'from the new connection until all are confirmed',
    unit: 'ms',
    workloads: ['reconnect'],
    base: 'raw',
    target: 0.8,
  },
  pendingGrowth: { ...growing, only, title: 'growth, 1 → 100,000 pending requests', workloads: ['pendingOne', 'pendingMany'] },
  topicGrowth: { ...growing, only, title: 'growth, 1 → 100,000 topics', workloads: ['topicOne', 'topicMany'] },
} as const satisfies Record<string, Bench>;

export type BenchName = keyof typeof benches;

/** A limit that is not to a base of the same bench: the older one of many topics over one. */
export const limits: readonly { readonly bench: BenchName; readonly over: BenchName; readonly limit: number }[] = [
  { bench: 'topics', over: 'topic', limit: 1.25 },
];
