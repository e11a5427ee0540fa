import { expect } from 'chai';
import fc from 'fast-check';
import { finalize, NEVER, Observable, of, startWith } from 'rxjs';
import { RequestFailedError, SubscriptionRejectedError } from 'rxgate';
import { commands, createRooms, createServerCounters, createUsers, login, type Peer, topics, validated } from 'rxgate/server';
import type { WebSocket } from 'ws';
import { opened, resourcesNow, serving } from '../server/serving.js';
import { resourcesBackTo } from '../support/activeResources.js';
import { type AnyFrame, anyFrame, secret } from '../support/anyFrame.js';
import { cleanUp } from '../support/atTestEnd.js';
import { eventLog } from '../support/eventLog.js';
import { type Meaning, meaningOf } from '../support/meaningOf.js';
import { unhandledErrors } from '../support/unhandledErrors.js';
import { until } from '../support/until.js';

const seed = 20_260_301;
const total = 20_000;
const batch = 500;

/** A server with all that reads what clients send. */
const scene = async () => {
  const events = eventLog();
  const counters = createServerCounters();
  const users = createUsers();
  const rooms = createRooms();
  const running = { topics: 0, commands: 0 };
  const counted = <T>(name: keyof typeof running, values: Observable<T>) =>
    new Observable<T>((subscriber) => {
      running[name]++;
      return values.pipe(finalize(() => running[name]--)).subscribe(subscriber);
    });
  const feed = () => counted('topics', NEVER.pipe(startWith(1)));
  const echo = (data: unknown) => data;
  const count = () => counted('commands', of(1, 2, 3));
  const server = await serving({ events, counters }, (peers) =>
    peers.pipe(
      login({
        verify: ({ user }: { readonly user: string }) => (user === 'ann' ? { user } : undefined),
        attempts: 3,
      }),
      users.track(),
      rooms.track(),
      rooms.commands({ authorize: () => true }),
      commands<Peer>({
        ...{ echo, POST_X: echo, 'orders.place': echo, count, 'bars.history': count },
        later: (data) => Promise.resolve(data),
        hold: () => counted('commands', NEVER),
        checked: validated(
          (value): value is { readonly side: 'buy' } => (value as { side?: unknown } | null)?.side === 'buy',
          echo,
        ),
        fails: (data) => {
          throw new Error(JSON.stringify(data));
        },
        refuses: () => {
          throw new RequestFailedError('refuses', 'NO', { why: 'so' });
        },
      }),
      topics<Peer>(
        {
          ...{ bars: feed, 'bars:{symbol}:{resolution}': feed, news: feed, secrets: feed, short: () => of(1) },
          throws: (_named, { params }) => {
            throw new Error(JSON.stringify(params));
          },
          refuses: () => {
            throw new SubscriptionRejectedError('refuses', 'NO');
          },
        },
        { authorize: (topic) => topic !== 'secrets' },
      ),
    ),
  );
  return { ...server, events, counters, users, rooms, running };
};

/** A client that keeps what it hears. */
const clientOf = async (client: WebSocket) => {
  const heard: any[] = [];
  const codes: number[] = [];
  const asked = new Map<unknown, any>();
  client.on('message', (data: Buffer) => {
    const body = JSON.parse(String(data));
    if (String(body.id).startsWith('asked')) asked.set(body.id, body);
    else heard.push(body);
  });
  client.on('close', (code) => codes.push(code));
  await opened(client);
  const send = (frame: AnyFrame) => client.send(frame, { binary: typeof frame !== 'string' });
  /** Asks, and waits: what came before is read by then. */
  const ask = async (command: string, data?: unknown): Promise<any> => {
    const id = `asked ${asked.size}`;
    send(JSON.stringify({ id, command, data }));
    await until(() => asked.has(id) || codes.length > 0);
    return asked.get(id);
  };
  return { client, heard, codes, send, ask };
};

type Request = Extract<Meaning, { kind: 'request' }>;

/** Answers that come in the same turn as their request; others may be taken away by a cancel, or by the same id. */
const isLate = ({ command }: Request): boolean => command === 'later';
const isHeld = ({ command }: Request): boolean => command === 'hold';

/** Some data is nested more deeply than JSON is written. */
const written = (value: unknown): string | undefined => {
  try {
    return JSON.stringify(value);
  } catch {
    return 'too deep';
  }
};
const keyOf = (id: unknown): string => JSON.stringify(id);
const tally = (bodies: readonly any[]): Map<string, any[]> => {
  const found = new Map<string, any[]>();
  for (const body of bodies) found.set(keyOf(body.id), [...(found.get(keyOf(body.id)) ?? []), body]);
  return found;
};
const isOf =
  <K extends Meaning['kind']>(kind: K) =>
  (meaning: Meaning): meaning is Extract<Meaning, { kind: K }> =>
    meaning.kind === kind;

const isNested = (data: unknown, depth = 0): boolean =>
  depth > 1_000 || (Object(data) === data && isNested(Object.values(data as object)[0], depth + 1));

/** Where the stack ends is the machine's: params that are deep may be malformed, refused or granted. */
const isDeep = (frame: AnyFrame): boolean => frame.length > 2_000;

/** What one request got. */
function checkAnswers(requests: readonly Request[], bodies: readonly any[], disturbed: boolean): void {
  const last = bodies.filter(({ more }) => more !== true);
  const about = `${written(requests)?.slice(0, 1_000)} got ${written(bodies)?.slice(0, 1_000)}`;
  const sure = requests.filter((request) => !isHeld(request) && !(disturbed && isLate(request))).length;
  const most = requests.filter((request) => !isHeld(request)).length;
  expect(last.length, about).to.be.within(sure, most);
  const [request] = requests;
  if (!request || requests.length > 1 || isHeld(request) || (disturbed && isLate(request))) return;
  const { command, data, stream } = request;
  const [answer] = last;
  if (['echo', 'POST_X', 'orders.place', 'later'].includes(command)) {
    const echoed = stream ? bodies[0] : answer;
    // What is too deep to be written is a failure of the command.
    if (answer.type === 'ERROR') expect([answer.code, isNested(data)], about).to.deep.equal(['INTERNAL_ERROR', true]);
    else expect(written(echoed.data), about).to.equal(written(data));
  } else if (command === 'count' || command === 'bars.history')
    expect(bodies.map((body) => body.data)).to.deep.equal(stream ? [1, 2, 3, undefined] : [1]);
  else if (command === 'fails') expect(answer).to.include({ code: 'INTERNAL_ERROR', error: 'the command failed' });
  else if (command === 'refuses') expect(answer).to.deep.include({ code: 'NO', data: { why: 'so' } });
  else if (command === 'checked') expect(answer.code ?? answer.data.side).to.be.oneOf(['INVALID_DATA', 'buy']);
  else if (!command.startsWith('rooms.')) expect(answer, about).to.include({ type: 'ERROR', code: 'UNKNOWN_COMMAND' });
}

/** Compares what a client heard with what its frames mean. */
function checkHeard(frames: readonly AnyFrame[], bodies: readonly any[]): void {
  const meanings = frames.map(meaningOf);
  const answers = tally(bodies.filter(({ type }) => type === 'RESPONSE' || type === 'ERROR'));
  const confirmations = tally(bodies.filter(({ type }) => type === 'ACK' || type === 'NACK'));
  const cancelled = new Set(meanings.filter(isOf('cancel')).map(({ id }) => keyOf(id)));
  const requests = tally(meanings.filter(isOf('request')));
  const subscribes = tally(meanings.filter(isOf('subscribe')));
  const deepIds = new Set(frames.flatMap((frame, index) => (isDeep(frame) ? [keyOf((meanings[index] as Request).id)] : [])));

  for (const [id, asked] of requests) checkAnswers(asked, answers.get(id) ?? [], cancelled.has(id) || asked.length > 1);
  for (const id of answers.keys()) expect(requests.has(id), `an answer to ${id}, which nobody asked`).to.equal(true);
  for (const [id, asked] of subscribes) {
    const { length } = confirmations.get(id) ?? [];
    if (deepIds.has(id)) expect(length).to.be.at.most(asked.length);
    else expect(length, written(asked)).to.equal(asked.length);
  }
  for (const id of confirmations.keys()) expect(subscribes.has(id), `a confirmation of ${id}`).to.equal(true);
  const pongs = meanings
    .filter(isOf('ping'))
    .map(({ type, timestamp }) => ({ type: type.replace('i', 'o').replace('I', 'O'), timestamp }));
  const heardPongs = bodies.filter(({ type }) => /^pong$/i.test(type)).map(({ type, timestamp }) => ({ type, timestamp }));
  expect(heardPongs).to.deep.equal(pongs);
  const known = ['RESPONSE', 'ERROR', 'ACK', 'NACK', 'NOTIFY', 'ENDED', 'pong', 'PONG'];
  expect(bodies.filter(({ type }) => !known.includes(type))).to.deep.equal([]);
  // An error may name a command or a topic, and never what came with it.
  const names = written(meanings.map((meaning) => [(meaning as Request).command, (meaning as { topic?: string }).topic]));
  if (!names?.includes(secret))
    for (const { id: _id, ...told } of bodies.filter(({ type }) => type === 'ERROR' || type === 'NACK'))
      expect(written(told)).not.to.include(secret);
}

describe('a fuzzer, over real sockets', () => {
  afterEach(cleanUp);

  it(`${total} random and mutated frames (seed ${seed}) crash nothing, and are answered as the protocol says`, async () => {
    const before = await resourcesNow();
    const errors = unhandledErrors();
    const { client, events, counters, users, rooms, running, peers } = await scene();
    const good = await clientOf(client());
    const bad = await clientOf(client());
    for (const each of [good, bad]) expect(await each.ask('POST_LOGIN', { user: 'ann' })).to.include({ type: 'RESPONSE' });
    const peer = await peers.value(({ id }) => id === 2);
    let malformed = 0;
    let maybe = 0;
    let sent = 0;
    const run = async (frames: readonly AnyFrame[]): Promise<void> => {
      const from = bad.heard.length;
      const dropped = counters.drops.malformed;
      for (const frame of frames) bad.send(frame);
      // Answers that come by a promise are there with the second.
      for (let turn = 0; turn < 2; turn++) expect(await bad.ask('echo', turn)).to.include({ type: 'RESPONSE', data: turn });
      expect(await good.ask('echo', sent)).to.include({ type: 'RESPONSE', data: sent });
      checkHeard(frames, bad.heard.slice(from));
      const wrong = frames.filter((frame) => meaningOf(frame).kind === 'malformed').length;
      const deep = frames.filter((frame) => isDeep(frame) && meaningOf(frame).kind === 'subscribe').length;
      expect(counters.drops.malformed - dropped).to.be.within(wrong, wrong + deep);
      malformed += wrong;
      maybe += deep;
      sent += frames.length;
    };
    const frames = fc.sample(anyFrame, { seed, numRuns: total });
    for (let from = 0; from < total; from += batch)
      await run(frames.slice(from, from + batch)).catch((error: unknown) => {
        throw new Error(`seed ${seed}, frames from ${from}: ${String(error)}`, { cause: error });
      });
    // The fuzzer is worth something: frames of each sort were among them.
    expect(sent).to.equal(total);
    expect(malformed).to.be.within(total * 0.2, total * 0.6);
    expect(maybe).to.be.above(0);
    expect(counters.drops.malformed).to.equal(events.of('malformed').length);
    for (const { error } of events.of('malformed')) expect(JSON.stringify([error, error.message])).not.to.include(secret);
    expect(({} as { kind?: unknown; id?: unknown }).kind).to.equal(undefined);
    expect([good.codes, bad.codes, peer.open]).to.deep.equal([[], [], true]);
    expect(running.topics).to.be.above(0);

    for (const each of [good, bad]) each.client.close();
    await until(() => counters.connections === 0);
    expect(running).to.deep.equal({ topics: 0, commands: 0 });
    expect([users.size, rooms.size, counters.subscriptions, counters.running, counters.streams]).to.deep.equal([0, 0, 0, 0, 0]);
    peers.subscription.unsubscribe();
    await resourcesBackTo(before);
    expect(errors()).to.deep.equal([]);
  }).timeout(60_000);
});
