import { checkObject, checkThat } from '../options/check.js';
import type { ResponseTimes } from './responseTimes.js';
import type { ServerMetrics } from './serverMetrics.js';

/** Options of {@link prometheusText}. */
export interface PrometheusOptions {
  /** What the names of all metrics begin with. Default `'rxgate'`. */
  readonly prefix?: string | undefined;
  /** Labels of every value, such as `{ instance: 'a' }`. Default: none. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

type Labels = Readonly<Record<string, string>>;

/** One metric: its values, each with its labels, and the end of its name where that differs. */
interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly values: readonly { readonly value: number | undefined; readonly labels?: Labels; readonly suffix?: string }[];
}

/** Labels that some metric has itself. */
const taken = ['reason', 'outcome', 'le', 'stat', 'command'];

const escapeHelp = (text: string): string => text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
const escapeLabel = (text: string): string => escapeHelp(text).replace(/"/g, '\\"');
const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1_000);

const histogramOf = ({ buckets, sum, count }: ResponseTimes, labels: Labels): Family['values'] => [
  ...buckets.map((bucket) => ({
    value: bucket.count,
    labels: { ...labels, le: bucket.le === Infinity ? '+Inf' : `${bucket.le / 1_000}` },
    suffix: '_bucket',
  })),
  { value: seconds(sum), labels, suffix: '_sum' },
  { value: count, labels, suffix: '_count' },
];

const byReason = (counts: Readonly<Partial<Record<string, number>>>): Family['values'] =>
  Object.entries(counts).map(([reason, value]) => ({ value, labels: { reason } }));

const single = (value: number | undefined): Family['values'] => [{ value }];

/** A gauge that is there only where it was measured. */
const gaugeOf = (name: string, help: string, value: number | undefined): readonly Family[] =>
  value === undefined ? [] : [{ name, type: 'gauge', help, values: single(value) }];

const delaysOf = (delays: ServerMetrics['eventLoopDelay']): readonly Family[] =>
  delays
    ? [
        {
          name: 'event_loop_delay_seconds',
          type: 'gauge',
          help: 'How late timers of the process were.',
          values: Object.entries(delays).map(([stat, ms]: [string, number]) => ({ value: seconds(ms), labels: { stat } })),
        },
      ]
    : [];

const counter = (name: string, help: string, values: Family['values']): Family => ({ name, type: 'counter', help, values });
const gauge = (name: string, help: string, value: number): Family => ({ name, type: 'gauge', help, values: single(value) });

const familiesOf = (metrics: ServerMetrics): readonly Family[] => [
  gauge('connections', 'Peers that are connected.', metrics.connections),
  counter('connections_opened_total', 'Connections that were opened.', single(metrics.opened)),
  counter('connections_rejected_total', 'Peers that were sent away.', byReason(metrics.rejected)),
  counter('upgrades_total', 'Upgrades that were asked for.', single(metrics.attempts)),
  counter('upgrades_refused_total', 'Upgrades that were refused.', byReason(metrics.upgradesRefused)),
  counter(
    'authentication_failures_total',
    'Peers that were not let in, or whose refreshes were refused too often.',
    single(metrics.authenticationFailures),
  ),
  ...gaugeOf('users', 'Users that are online.', metrics.users),
  ...gaugeOf('rooms', 'Rooms that somebody is in.', metrics.rooms),
  gauge('topic_subscriptions', 'Topics that peers listen to.', metrics.subscriptions),
  counter('messages_received_total', 'Messages that came in.', single(metrics.messagesIn)),
  counter('messages_sent_total', 'Messages that went out.', single(metrics.messagesOut)),
  counter('received_bytes_total', 'Sizes of frames that came in.', single(metrics.bytesIn)),
  counter('sent_bytes_total', 'Sizes of frames that went out.', single(metrics.bytesOut)),
  gauge('requests_running', 'Requests whose handler is at work, streams included.', metrics.running),
  gauge('streams_running', 'Streams whose handler is at work.', metrics.streams),
  counter(
    'commands_total',
    'Commands that are done, by how they went.',
    Object.entries(metrics.commands).map(([outcome, value]) => ({ value, labels: { outcome } })),
  ),
  {
    name: 'response_time_seconds',
    type: 'histogram',
    help: 'From a command to its first reply or its end.',
    values: histogramOf(metrics.responseTime, {}),
  },
  {
    name: 'command_response_time_seconds',
    type: 'histogram',
    help: 'The same by command.',
    values: Object.entries(metrics.responseTimeByCommand).flatMap(([command, times]) => histogramOf(times, { command })),
  },
  counter('rate_limited_total', 'Messages above a rate limit.', single(metrics.rateLimited)),
  counter('invalid_total', 'Payloads that a codec refused.', single(metrics.invalid)),
  counter('dropped_total', 'What was not delivered.', byReason(metrics.drops)),
  ...delaysOf(metrics.eventLoopDelay),
];

/**
 * A sample of a server in the text format of Prometheus, version 0.0.4 (`content-type: text/plain; version=0.0.4; charset=utf-8`): each
 * metric with HELP and TYPE, durations in seconds, sizes in bytes, response times as histograms, of all commands and of each. Rates are left out: Prometheus makes
 * them from the counts.
 *
 * @example
 * createServer((_request, response) => {
 *   response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
 *   response.end(prometheusText(sampleServerMetrics({ counters, users, rooms }), { prefix: 'chat' }));
 * }).listen(9100);
 *
 * @throws TypeError at the call for a prefix or a label that the format does not allow.
 */
export function prometheusText(metrics: ServerMetrics, options: PrometheusOptions = {}): string {
  const owner = 'prometheusText';
  checkObject(owner, 'metrics', metrics);
  checkObject(owner, 'options', options);
  const { prefix = 'rxgate', labels: given = {} } = options;
  checkThat(owner, 'prefix', prefix, 'a name of letters, digits and _', /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(prefix));
  checkObject(owner, 'labels', given);
  for (const [label, value] of Object.entries(given)) {
    const fits = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/.test(label) && !taken.includes(label);
    checkThat(owner, 'labels', label, `named by letters, digits and _, and not ${taken.join(', ')}`, fits);
    checkThat(owner, `labels.${label}`, value, 'a string', typeof value === 'string');
  }
  const lineOf = (name: string, labels: Labels, value: number | undefined): string => {
    const pairs = Object.entries({ ...given, ...labels }).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
    return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value ?? NaN}\n`;
  };
  return familiesOf(metrics)
    .filter(({ values }) => values.length > 0)
    .map(({ name: end, type, help, values }) => {
      const name = `${prefix}_${end}`;
      const head = `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
      return head + values.map(({ value, labels = {}, suffix = '' }) => lineOf(name + suffix, labels, value)).join('');
    })
    .join('');
}
