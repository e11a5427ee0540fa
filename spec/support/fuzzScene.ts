import { finalize, NEVER, Observable, of, startWith } from 'rxjs';
import { RequestFailedError, SubscriptionRejectedError } from 'rxgate';
import {
  commands,
  createRooms,
  createServerCounters,
  createUsers,
  login,
  type LoginConfig,
  type Peer,
  topics,
  validated,
} from 'rxgate/server';
import type { WebSocket } from 'ws';
import { opened, serving } from '../server/serving.js';
import type { AnyFrame } from './anyFrame.js';
import { eventLog } from './eventLog.js';
import { until } from './until.js';

/** A server with all that reads what clients send. */
export const fuzzScene = async (loginConfig: Partial<LoginConfig<{ readonly user: string }>> = {}) => {
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
        ...loginConfig,
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
export const fuzzClient = async (client: WebSocket) => {
  const heard: any[] = [];
  const codes: number[] = [];
  const asked = new Map<unknown, any>();
  client.on('message', (data: Buffer) => {
    const { batches: _said, ...body } = JSON.parse(String(data));
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
