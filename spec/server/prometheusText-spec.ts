import { expect } from 'chai';
import { createServerCounters, prometheusText, sampleServerMetrics } from 'rxgate/server';
import { parsePrometheus } from './prometheusParser.js';

describe('prometheusText', () => {
  const counters = createServerCounters();
  Object.assign(counters, { connections: 2, sessions: 5, attempts: 6, messagesIn: 7, messagesOut: 8, bytesIn: 9, bytesOut: 10 });
  Object.assign(counters, { subscriptions: 3, running: 4, streams: 1, rateLimited: 11, invalid: 15 });
  Object.assign(counters.rejected, { loginRefused: 1, limit: 4 });
  Object.assign(counters.upgradesRefused, { origin: 64 });
  counters.drops.malformed = 12;
  counters.handled('a', 'answered', 250);
  counters.handled('b', 'failed', 250);
  const sample = {
    ...sampleServerMetrics({ counters, users: { size: 13 }, rooms: { size: 14 } }),
    eventLoopDelay: { p50: 10, p99: 20, max: 30.5 },
  };
  const valuesOf = (text: string) =>
    Object.fromEntries(
      [...parsePrometheus(text)].map(([name, { samples }]) => [
        name,
        Object.fromEntries(
          samples.map(({ name: series, labels, value }) => [
            [series.slice(name.length), ...Object.values(labels)].filter(Boolean).join(' '),
            value,
          ]),
        ),
      ]),
    );

  it('S13: tells every figure under a name of its own, in seconds and bytes', () => {
    const { rxgate_dropped_total: drops, rxgate_response_time_seconds: times, ...others } = valuesOf(prometheusText(sample));
    const { rxgate_command_response_time_seconds: byCommand, ...rest } = others;
    expect(rest).to.deep.equal({
      rxgate_connections: { '': 2 },
      rxgate_connections_opened_total: { '': 5 },
      rxgate_connections_rejected_total: { loginRefused: 1, limit: 4 },
      rxgate_upgrades_total: { '': 6 },
      rxgate_upgrades_refused_total: { origin: 64 },
      rxgate_authentication_failures_total: { '': 1 },
      rxgate_users: { '': 13 },
      rxgate_rooms: { '': 14 },
      rxgate_topic_subscriptions: { '': 3 },
      rxgate_messages_received_total: { '': 7 },
      rxgate_messages_sent_total: { '': 8 },
      rxgate_received_bytes_total: { '': 9 },
      rxgate_sent_bytes_total: { '': 10 },
      rxgate_requests_running: { '': 4 },
      rxgate_streams_running: { '': 1 },
      rxgate_commands_total: { answered: 1, refused: 0, failed: 1, stopped: 0 },
      rxgate_rate_limited_total: { '': 11 },
      rxgate_invalid_total: { '': 15 },
      rxgate_event_loop_delay_seconds: { p50: 0.01, p99: 0.02, max: 0.0305 },
    });
    expect(drops).to.include({ malformed: 12, unhandled: 0 });
    expect(times).to.include({ _count: 2, _sum: 0.5 });
    expect(times).to.include({ '_bucket 0.1': 0, '_bucket 0.25': 2, '_bucket 10': 2, '_bucket +Inf': 2 });
    expect(byCommand).to.include({ '_bucket a 0.1': 0, '_bucket a 0.25': 1, '_bucket b +Inf': 1, '_sum a': 0.25, '_count b': 1 });
  });

  it('gives each metric its type and its help', () => {
    const families = parsePrometheus(prometheusText(sample));
    const types = [...families].map(([name, { type }]) => `${type} ${name}`);
    expect(types).to.include.members([
      'gauge rxgate_connections',
      'counter rxgate_commands_total',
      'histogram rxgate_response_time_seconds',
      'histogram rxgate_command_response_time_seconds',
    ]);
    expect([...families.values()].filter(({ help }) => !/^[A-Z].*\.$/.test(help))).to.deep.equal([]);
  });

  it('can be read before anything happened: what was not measured is left out', () => {
    const values = valuesOf(prometheusText(sampleServerMetrics({ counters: createServerCounters() })));
    expect(values['rxgate_response_time_seconds']).to.include({ '_bucket +Inf': 0, _sum: 0, _count: 0 });
    expect(values).to.not.have.any.keys(
      'rxgate_command_response_time_seconds',
      'rxgate_users',
      'rxgate_rooms',
      'rxgate_event_loop_delay_seconds',
    );
    expect(values).to.not.have.any.keys('rxgate_connections_rejected_total', 'rxgate_upgrades_refused_total');
  });

  it('S13: has as many buckets as ever, however many responses and commands there were', () => {
    const many = createServerCounters({ maxCommands: 10 });
    for (let n = 0; n < 5_000; n++) many.handled(`command ${n}`, 'answered', n);
    const lines = (name: string) =>
      prometheusText(sampleServerMetrics({ counters: many }))
        .split('\n')
        .filter((line) => line.startsWith(name)).length;
    expect([lines('rxgate_response_time_seconds'), lines('rxgate_command_response_time_seconds')]).to.deep.equal([14, 140]);
  });

  it('begins its names with the prefix', () => {
    const names = [...parsePrometheus(prometheusText(sample, { prefix: 'chat' })).keys()];
    expect(names.filter((name) => !name.startsWith('chat_'))).to.deep.equal([]);
  });

  it('adds labels to every value, with what they hold escaped', () => {
    const labels = { instance: 'a "b" \\ c\nd', zone: '}{,=' };
    const families = parsePrometheus(prometheusText(sample, { labels }));
    const samples = [...families.values()].flatMap((family) => family.samples);
    expect(samples).to.have.length.above(30);
    for (const given of samples) expect(given.labels).to.include(labels);
  });

  it('refuses names that the format does not have', () => {
    for (const prefix of ['', '1a', 'a-b', 'a b', 'ä'])
      expect(() => prometheusText(sample, { prefix })).to.throw(TypeError, /prefix/);
    for (const label of ['', '1a', '__a', 'a-b', 'reason', 'le', 'outcome', 'stat', 'command'])
      expect(() => prometheusText(sample, { labels: { [label]: 'x' } })).to.throw(TypeError, /labels/);
    expect(() => prometheusText(sample, { labels: { a: 1 as never } })).to.throw(TypeError, /labels\.a/);
    expect(() => prometheusText(undefined as never)).to.throw(TypeError, /metrics/);
  });

  it('is checked by a parser that takes no less than the format', () => {
    const good = '# HELP a_total A.\n# TYPE a_total counter\na_total 1\n';
    expect(parsePrometheus(good).get('a_total')?.samples).to.deep.equal([{ name: 'a_total', labels: {}, value: 1 }]);
    const bad = [
      good.trimEnd(),
      good.replace('# HELP a_total A.\n', ''),
      `${good}a_total 2\n`,
      good + good,
      good.replace('a_total 1', 'b_total 1'),
      good.replace('a_total 1', 'a_total one'),
      good.replace('a_total 1', 'a_total{b=c} 1'),
      good.replace('a_total 1', 'a_total{b="\\x"} 1'),
      good.replace('counter', 'number'),
      good.replaceAll('a_total', 'a'),
      '# HELP a A.\n# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n',
      '# HELP a A.\n# TYPE a histogram\na_bucket{le="1"} 1\na_sum 1\na_count 1\n',
      '# HELP a A.\n# TYPE a histogram\na_bucket{le="+Inf"} 1\na_count 1\n',
    ];
    for (const text of bad) expect(() => parsePrometheus(text), text).to.throw(Error);
  });
});
