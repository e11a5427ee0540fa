import { expect } from 'chai';
import { firstValueFrom } from 'rxjs';
import { createCounters, type GatewayEvent } from 'rxgate';
import { commandNotify, type Message } from 'rxgate/protocols';
import { seededRandom } from '../backoff/seededRandom.js';
import { allExamples } from '../protocols/frames.js';
import { gatewayTo, openNativeGateway } from '../support/nativeGateway.js';
import { jsonFragments } from '../support/jsonFragments.js';

const seed = 20_251_120;
const mutations = 10_000;

type Random = () => number;
const index = (random: Random, below: number): number => Math.floor(random() * below);

const mutators: readonly ((text: string, random: Random) => string)[] = [
  (text, random) => text.slice(0, index(random, text.length)),
  (text, random) => text.slice(index(random, text.length)),
  (text, random) => {
    const at = index(random, text.length);
    return text.slice(0, at) + text.slice(at + 1 + index(random, 5));
  },
  (text, random) => {
    const at = index(random, text.length + 1);
    return text.slice(0, at) + (jsonFragments[index(random, jsonFragments.length)] ?? '') + text.slice(at);
  },
  (text, random) => {
    const at = index(random, text.length);
    return text.slice(0, at) + String.fromCharCode(index(random, 0x180)) + text.slice(at + 1);
  },
  // Valid JSON still, with another value where a string or a number was.
  (text, random) => {
    const values = [...text.matchAll(/:("[^"]*"|\d+)/g)];
    const value = values[index(random, values.length)];
    if (!value) return `[${text}]`;
    const other = ['null', '7', '"7"', '{}', '[]', 'true', '-1.5', '9007199254740993', '{"__proto__":{"kind":"reply"}}'];
    const from = value.index + 1;
    return text.slice(0, from) + (other[index(random, other.length)] ?? '') + text.slice(from + (value[1]?.length ?? 0));
  },
];

const mutate = (text: string, random: Random): string => {
  let mutated = text;
  for (let times = 1 + index(random, 3); times > 0; times--)
    mutated = mutators[index(random, mutators.length)]?.(mutated, random) ?? mutated;
  return mutated;
};

const isObject = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
};

describe('bad frames over a real socket', () => {
  it('frames that are not JSON, of the wrong shape, or with __proto__ keys are one event each, and the next good one arrives', async () => {
    const bad = [
      ...['', ' ', 'not JSON', '{', '{"type":"NOTIFY"', '\u0000', 'undefined', 'NaN', '{"type":"NOTIFY",}'],
      ...['null', 'true', '7', '"NOTIFY"', '[]', '[[{"type":"NOTIFY","topic":"good","data":"no"}]]', '[{"type":"NOTIFY"}]'],
      ...['{"type":7}', '{"type":"NOTIFY"}', '{"type":"NOTIFY","topic":7}', '{"type":"RESPONSE"}', '{"type":"RESPONSE","id":{}}'],
      ...['{"type":"ACK","id":"1","topic":[]}', '{"type":"NOTIFY","topic":"good","position":{"epoch":1,"offset":-1}}'],
      ...[
        '{"__proto__":{"type":"NOTIFY","topic":"good"},"type":"NOTIFY"}',
        '{"constructor":7,"type":"RESPONSE","more":"yes","id":"1"}',
      ],
      ...[Uint8Array.of(0xff, 0xfe), Uint8Array.of(0xc3, 0x28), new TextEncoder().encode('{"type":')],
      '['.repeat(200_000),
    ];
    await using server = await openNativeGateway();
    await using gateway = gatewayTo(server);
    const heard: unknown[] = [];
    const events: GatewayEvent[] = [];
    gateway.events.subscribe((event) => event.type === 'malformed' && events.push(event));
    gateway.topic('good').subscribe((value) => heard.push(value));
    const connection = await server.connection(0);
    await server.until(() => connection.topics.size === 1);
    for (const [turn, frame] of bad.entries()) {
      connection.send(frame);
      connection.notify('good', turn);
    }
    await firstValueFrom(gateway.request('echo'));
    expect(heard).to.deep.equal(bad.map((_frame, turn) => turn));
    expect(events).to.have.length(bad.length);
    expect(server.connections).to.have.length(1);
    expect(({} as { type?: unknown }).type).to.equal(undefined);
    expect(({} as { kind?: unknown }).kind).to.equal(undefined);
  });

  it(`${mutations} mutations of valid frames (seed ${seed}): the socket lives, every good frame arrives, each bad one is one event`, async () => {
    const random = seededRandom(seed);
    const codec = commandNotify().client();
    let malformed = 0;
    const frames = Array.from({ length: mutations }, () => {
      const text = mutate(allExamples[index(random, allExamples.length)]?.frame ?? '{}', random);
      // A lone half of a surrogate pair does not survive UTF-8: what the client gets is this.
      const received = Buffer.from(text).toString();
      const frame = random() < 0.2 ? new TextEncoder().encode(received) : received;
      // Not of the text: a byte order mark before bytes is no part of what they say.
      const decoded = [codec.decode(frame)].flat<(Message | readonly Message[])[]>();
      const bad = decoded.filter(({ kind }) => kind === 'malformed').length;
      // Of what is no list, and no object.
      if (!isObject(typeof frame === 'string' ? frame : new TextDecoder().decode(frame))) expect(bad, received).to.equal(1);
      malformed += bad;
      return frame;
    });
    expect(malformed).to.be.within(mutations * 0.3, mutations * 0.9);

    const counters = createCounters();
    await using server = await openNativeGateway();
    await using gateway = gatewayTo(server, { counters });
    const heard: unknown[] = [];
    let events = 0;
    gateway.events.subscribe(({ type }) => {
      if (type === 'malformed') events++;
    });
    gateway.topic('good').subscribe({ next: (value) => heard.push(value), complete: () => heard.push('complete') });
    const connection = await server.connection(0);
    await server.until(() => connection.topics.size === 1);
    for (const [turn, frame] of frames.entries()) {
      connection.send(frame);
      if (turn % 10 === 0) connection.notify('good', turn);
    }
    expect(await firstValueFrom(gateway.request('echo', 'alive'))).to.equal('alive');
    expect(heard).to.deep.equal(Array.from({ length: mutations / 10 }, (_, turn) => turn * 10));
    expect(events).to.equal(malformed);
    expect(counters.drops.malformed).to.equal(malformed);
    expect(server.connections).to.have.length(1);
  }).timeout(20_000);
});
