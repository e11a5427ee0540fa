import type { RequestOptions, Session } from '../../connection/session.js';
import type { RequestMessage, SubscribeMessage } from '../../protocols/message.js';
import type { Codec, Protocol } from '../../protocols/protocol.js';
import { checkedCodec } from './checkedCodec.js';
import { type ClientEnd, clientEnd, pause, type Seen } from './clientEnd.js';
import { expectSame, show } from './expectSame.js';
import { type GatewayEnd, gatewayEnd } from './gatewayEnd.js';
import type { ContractSettings } from './protocolSubject.js';
import { type VirtualClock, virtualClock } from './virtualClock.js';
import { wireLog } from './wireLog.js';

/** A client and its gateway, with what cases do over and over. */
export interface Ends {
  readonly client: ClientEnd;
  readonly gateway: GatewayEnd;
  /** The present session; throws where there is none. */
  session(): Session;
  /** Connects, and makes sure that there is a session. */
  start(): void;
  /** Leaves the stream of sessions. */
  leave(): void;
  /** Cuts the connection, and makes sure that there is another session. */
  cut(): void;
  /** A request, and what the gateway heard of it. */
  ask(data: unknown, options?: RequestOptions): { readonly seen: Seen; readonly asked: RequestMessage };
  /** A topic that is confirmed, and what the gateway heard of it, if it is told. */
  join(name: string, params?: unknown): { readonly seen: Seen; readonly asked: SubscribeMessage | undefined };
  /** Answers a subscribe, where the gateway does. */
  confirm(asked: SubscribeMessage | undefined): void;
}

/** What a case plays in. Time stands still unless it says otherwise. */
export interface Scene extends Ends {
  readonly settings: ContractSettings;
  readonly protocol: Protocol;
  /** How many frames that cannot be read the case has sent. */
  malformed: number;
  /** Lets happen what is due, and so many ms go by. */
  advance: VirtualClock['advance'];
  /** Another client of the same protocol, with a gateway of its own; started. */
  another(): Ends;
}

const createEnds = (settings: ContractSettings, protocol: Protocol, gateway: GatewayEnd, advance: Scene['advance']): Ends => {
  const client = clientEnd(settings, protocol, gateway);
  const { can } = settings;
  let sessions: Seen<Session> | undefined;
  const started = (): Seen<Session> => {
    if (!sessions) throw new Error('The client has not started');
    return sessions;
  };
  const confirm: Ends['confirm'] = (asked) => {
    if (asked && can('confirmation')) gateway.say({ kind: 'confirmation', id: asked.id, topic: asked.topic });
    advance();
  };
  const hasSession = (count: number): void => {
    const { values, end } = started();
    if (values.length === count && values.at(-1)?.open) return;
    const failure = client.events.findLast((event) => event.type === 'ended');
    const why = end ?? failure?.end.error;
    throw new Error(`There is no session number ${count}${why === undefined ? '' : `: ${show(why)}`}`);
  };
  return {
    client,
    gateway,
    session: () => {
      hasSession(started().values.length || 1);
      return started().values.at(-1) as Session;
    },
    start: () => {
      sessions = client.sessions();
      advance();
      hasSession(1);
    },
    leave: () => sessions?.leave(),
    cut: () => {
      const count = started().values.length;
      gateway.drop();
      advance();
      advance(pause);
      hasSession(count + 1);
    },
    ask: (data, options) => {
      const seen = client.request(data, options);
      advance();
      if (seen.end instanceof Error) throw new Error(`The request failed: ${show(seen.end)}`);
      return { seen, asked: gateway.take('request') };
    },
    join: (name, params) => {
      const seen = client.topic(name, params);
      advance();
      const asked = can('subscribe') ? gateway.take('subscribe') : undefined;
      confirm(asked);
      if (seen.end !== undefined) throw new Error(`The topic "${name}" is over: ${show(seen.end)}`);
      return { seen, asked };
    },
    confirm,
  };
};

/** Plays a case from its beginning to its end, in no time. Throws what went wrong, with the last frames. */
export function playScene(settings: ContractSettings, play: (scene: Scene) => void): void {
  const faults: string[] = [];
  const log = wireLog();
  const fault = (text: string): void => void faults.push(text);
  const all: Ends[] = [];
  const codecs = new Set<Codec>();

  const judge = (malformed: number): void => {
    for (const { client } of all)
      for (const event of client.events) if (event.type === 'hookFailed') fault(`${event.hook} failed: ${show(event.cause)}`);
    const [first] = faults;
    if (first !== undefined) throw new Error(first);
    expectSame('Frames that could not be read', all[0]?.client.counters.drops.malformed, malformed);
  };
  try {
    virtualClock(({ advance }) => {
      const given = settings.protocol();
      const protocol: Protocol = Object.create(given, {
        client: {
          value: (resume?: unknown) => {
            const codec = given.client(resume);
            if (codecs.has(codec)) fault('client() gave the codec of another session: each is to have its own');
            codecs.add(codec);
            return checkedCodec(codec, fault);
          },
        },
      }) as Protocol;
      const make = (): Ends => {
        const ends = createEnds(settings, protocol, gatewayEnd(settings.gateway, fault, log), advance);
        all.push(ends);
        return ends;
      };
      const another = (): Ends => {
        const ends = make();
        ends.start();
        return ends;
      };
      // Its getters stay getters.
      const scene: Scene = Object.assign(make(), { settings, protocol, malformed: 0, advance, another });
      play(scene);
      judge(scene.malformed);
    });
  } catch (error) {
    // What broke the contract of the codec comes first: what the case saw comes of it.
    const reason = faults[0] ?? (error instanceof Error ? error.message : show(error));
    throw new Error(`${reason}${log.text && `\nThe last frames:${log.text}`}`, { cause: error });
  }
}
