import { expect } from 'chai';
import { firstValueFrom, type Subscription } from 'rxjs';
import { ConnectionLostError, createCounters, type Gateway, RequestFailedError, RequestTimeoutError, type Session } from 'rxgate';
import { sessionLink } from '../../lib/connection/sessionLink.js';
import { seededRandom } from '../backoff/seededRandom.js';
import { activeResources, resourcesBackTo } from '../support/activeResources.js';
import { gatewayTo, type NativeConnection, type NativeFrame, openNativeGateway } from '../support/nativeGateway.js';

const seed = 99_991;
const requests = 100_000;
const inFlight = 500;
const patience = 60;

type Fault =
  | 'none'
  | 'error'
  | 'noReply'
  | 'lateReply'
  | 'duplicate'
  | 'unknownId'
  | 'malformed'
  | 'unsubscribe'
  | 'unsubscribeAtOnce'
  | 'drop'
  | 'close';

/** Out of 10,000. */
const shares: Readonly<Record<Fault, number>> = {
  none: 8_386,
  error: 400,
  noReply: 100,
  lateReply: 100,
  duplicate: 300,
  unknownId: 200,
  malformed: 200,
  unsubscribe: 200,
  unsubscribeAtOnce: 110,
  drop: 2,
  close: 2,
};

const pick = (random: () => number): Fault => {
  let place = random() * 10_000;
  for (const [fault, share] of Object.entries(shares) as [Fault, number][]) if ((place -= share) < 0) return fault;
  return 'none';
};

interface Item {
  readonly index: number;
  readonly fault: Fault;
}

/** The gateway's side of each fault. */
const misbehave = ({ id, data }: NativeFrame, connection: NativeConnection, owed: Map<string, Item>): void => {
  const item = data as Item;
  const reply = (): void => {
    connection.reply(id, item.index);
  };
  switch (item.fault) {
    case 'error':
      connection.fail(id, 'FAILED', item.index);
      break;
    case 'noReply':
      break;
    case 'lateReply':
    case 'unsubscribe':
      // Answered when it is cancelled, which is too late.
      owed.set(id ?? '', item);
      break;
    case 'duplicate':
      reply();
      reply();
      break;
    case 'unknownId':
      connection.reply(`${id}000000`, 'a stranger');
      connection.reply('none of yours', 'a stranger');
      reply();
      break;
    case 'malformed':
      connection.send(`{"type":"RESPONSE","id":"${id}","data":`);
      connection.send({ type: 'RESPONSE', id: true });
      reply();
      break;
    case 'drop':
      connection.vanish();
      break;
    case 'close':
      connection.close(1012);
      break;
    default:
      reply();
  }
};

type Outcome = { readonly value: unknown } | { readonly error: unknown } | 'unsubscribed';

/** Runs all requests, so many at once, and counts how often each settled. */
const runAll = (gateway: Gateway, items: readonly Item[]): Promise<{ outcomes: Outcome[]; settled: Uint8Array }> =>
  new Promise((resolve) => {
    const outcomes: Outcome[] = [];
    const settled = new Uint8Array(items.length);
    let next = 0;
    let done = 0;
    let owed = 0;
    const settle = (item: Item, outcome: Outcome): void => {
      outcomes[item.index] = outcome;
      settled[item.index] = (settled[item.index] ?? 0) + 1;
      if (++done === items.length) resolve({ outcomes, settled });
      // On a later turn, so that a failing connection does not recurse through the whole list.
      else if (owed++ === 0) setImmediate(refill);
    };
    const refill = (): void => {
      const count = owed;
      owed = 0;
      for (let started = 0; started < count; started++) begin();
    };
    const begin = (): void => {
      const item = items[next++];
      if (!item) return;
      const isSlow = item.fault === 'noReply' || item.fault === 'lateReply';
      let outcome: Outcome | undefined;
      const subscription: Subscription = gateway
        .request('any', item, isSlow ? { timeout: patience } : { timeout: 60_000 })
        .subscribe({
          next: (value) => {
            outcome = outcome === undefined ? { value } : { error: 'two values' };
          },
          error: (error: unknown) => {
            settle(item, { error });
          },
          complete: () => {
            settle(item, outcome ?? { error: 'no value' });
          },
        });
      const leave = (): void => {
        if (subscription.closed) return;
        subscription.unsubscribe();
        settle(item, 'unsubscribed');
      };
      if (item.fault === 'unsubscribeAtOnce') leave();
      else if (item.fault === 'unsubscribe') setImmediate(() => setImmediate(leave));
    };
    for (let count = 0; count < inFlight; count++) begin();
  });

/** Whether an outcome is the one that a fault leads to. */
const isExpected = ({ index, fault }: Item, outcome: Outcome | undefined): boolean => {
  if (outcome === undefined) return false;
  if (outcome === 'unsubscribed') return fault === 'unsubscribe' || fault === 'unsubscribeAtOnce';
  if ('value' in outcome) return outcome.value === index && !['error', 'noReply', 'lateReply', 'drop', 'close'].includes(fault);
  const { error } = outcome;
  if (fault === 'error') return error instanceof RequestFailedError && error.code === 'FAILED' && error.data === index;
  return (fault === 'noReply' || fault === 'lateReply') && error instanceof RequestTimeoutError;
};

const isLost = (outcome: Outcome | undefined): boolean =>
  typeof outcome === 'object' && 'error' in outcome && outcome.error instanceof ConnectionLostError;

describe('random faults over a real socket', () => {
  it(`${requests} requests with random faults (seed ${seed}) settle once each, and leave nothing behind`, async () => {
    const random = seededRandom(seed);
    const items = Array.from({ length: requests }, (_, index): Item => ({ index, fault: pick(random) }));
    const counters = createCounters();
    const owed = new Map<NativeConnection, Map<string, Item>>();
    await using server = await openNativeGateway({
      connected: (connection) => {
        const its = new Map<string, Item>();
        owed.set(connection, its);
        connection.socket.on('message', () => {
          const last = connection.frames.at(-1);
          const item = last?.type === 'CANCEL' ? its.get(last.id ?? '') : undefined;
          if (item) connection.reply(last?.id, item.index);
        });
      },
      commands: {
        any: (frame, connection) => {
          misbehave(frame, connection, owed.get(connection) ?? new Map<string, Item>());
        },
      },
    });
    const before = activeResources();
    const sessions: Session[] = [];
    {
      await using gateway = gatewayTo(server, { counters, retry: { initialDelay: 1, maxDelay: 2 } });
      gateway.session.subscribe((session) => sessions.push(session));
      const { outcomes, settled } = await runAll(gateway, items);
      expect(settled.every((times) => times === 1)).to.equal(true);

      const lost = new Set(outcomes.filter((outcome) => isLost(outcome)));
      const drops = items.filter(({ fault }) => fault === 'drop' || fault === 'close').length;
      const strange = items.filter((item) => !isExpected(item, outcomes[item.index]) && !isLost(outcomes[item.index]));
      expect(strange.map(({ index, fault }) => `${index} ${fault}`)).to.deep.equal([]);
      expect(drops).to.be.at.least(20);
      expect(lost.size).to.be.within(drops, drops * inFlight);
      expect(sessions).to.have.length.within(drops / 2, drops + 1);

      await firstValueFrom(gateway.request('echo'));
      expect(counters.pending).to.equal(0);
      expect(sessions.map((session) => sessionLink(session).pending.size).filter((size) => size > 0)).to.deep.equal([]);
      // Each stray reply of a connection that lived is counted.
      const count = (fault: Fault, which: (item: Item) => boolean = () => true): number =>
        items.filter((item) => item.fault === fault && which(item)).length;
      const lived = ({ index }: Item): boolean => !isLost(outcomes[index]);
      const strays = (which?: (item: Item) => boolean): number =>
        count('duplicate', which) + 2 * count('unknownId', which) + count('lateReply', which);
      expect(counters.drops.unmatchedReply).to.be.within(strays(lived) * 0.98, strays() + count('unsubscribe'));
      expect(counters.drops.malformed).to.be.within(count('malformed', lived) * 2, count('malformed') * 2);
    }
    await server.until(() => server.live.length === 0);
    await resourcesBackTo(before);
  }).timeout(20_000);
});
