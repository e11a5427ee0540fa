import { asyncScheduler } from 'rxjs';
import type { SocketHooks, SocketLike, SocketOptions } from '../../connection/socketLike.js';
import { framesOf } from '../../connection/codecFrames.js';
import type { Message, MessageKind } from '../../protocols/message.js';
import type { Encoded, Frame } from '../../protocols/protocol.js';
import { createFakeConnection, type FakeConnection } from '../fakeConnection.js';
import { showFrame } from './expectSame.js';
import type { ContractGateway } from './protocolSubject.js';
import type { WireLog } from './wireLog.js';

type Of<K extends MessageKind> = Extract<Message, { readonly kind: K }>;

/** The gateway of a case: it greets, answers pings, and else does what the case says. */
export interface GatewayEnd {
  readonly webSocketFactory: (
    url: string,
    protocols: readonly string[],
    options: SocketOptions,
    hooks?: SocketHooks,
  ) => SocketLike;
  /** How many sockets there have been. */
  readonly connections: number;
  /** All that came on the present connection, the greeting included. */
  readonly frames: readonly Frame[];
  /** The codes by which clients closed. */
  readonly closes: readonly number[];
  /** Whether pings are answered. Default `true`. */
  pongs: boolean;
  /** Whether the sockets to come tell when a turn ends, as those of Node do: what the client sends in one may then be joined. Default `false`. */
  turns: boolean;
  /** How a client is received: at once, not before `welcome()`, or turned away. Default `'greet'`. */
  manner: 'greet' | 'wait' | 'refuse';
  /** Receives who was kept waiting. */
  welcome(): void;
  /** The next message of a kind that the client sent, taken off the list; throws where there is none. */
  take<K extends MessageKind>(kind: K): Of<K>;
  /** Messages of a kind that nobody took. */
  left<K extends MessageKind>(kind: K): readonly Of<K>[];
  /** The frames of messages, in the gateway's words; throws where it has none. */
  words(...messages: readonly Message[]): readonly Frame[];
  say(...messages: readonly Message[]): void;
  write(...frames: readonly Frame[]): void;
  /** Cuts the connection. */
  drop(): void;
  /** From here on nothing passes either way on this connection, and nobody says so. */
  silence(): void;
}

interface Line {
  readonly connection: FakeConnection;
  readonly driver: ContractGateway;
  readonly frames: Frame[];
  readonly heard: Message[];
  waiting: Frame[] | undefined;
}

/** A gateway that nobody has connected to. */
export function gatewayEnd(makeDriver: () => ContractGateway, fault: (text: string) => void, log: WireLog): GatewayEnd {
  const closes: number[] = [];
  let connections = 0;
  let line: Line | undefined;

  const present = (): Line => {
    if (!line) throw new Error('The client has not connected');
    return line;
  };
  const writeTo = ({ connection }: Line, frames: readonly Frame[]): void => {
    for (const frame of frames) {
      log.toClient(frame);
      connection.write(frame);
    }
  };
  const wordsOf = ({ driver }: Line, message: Message): readonly Frame[] => {
    const encoded = driver.encode(message) ?? [];
    return Object.hasOwn(encoded as object, 'frames') ? framesOf(encoded as Encoded) : ([encoded].flat() as Frame[]);
  };
  const turnAway = (at: Line): void => {
    const { refuse } = at.driver;
    if (refuse === undefined)
      throw new Error(
        'The gateway has no words to refuse a greeting: give it `refuse`, or say in `cannot.rejection` why there are none',
      );
    if (typeof refuse === 'number') at.connection.close(refuse, '');
    else writeTo(at, refuse);
  };
  const hear = (at: Line, frame: Frame): void => {
    const steps = at.driver.greet?.(frame);
    if (steps) {
      writeTo(at, steps);
      return;
    }
    const decoded = at.driver.decode(frame) ?? [];
    for (const message of 'kind' in decoded ? [decoded] : decoded) {
      if (message.kind === 'malformed')
        fault(`the gateway cannot read what the client sent: ${message.error.message}: ${showFrame(frame)}`);
      at.heard.push(message);
      if (message.kind === 'ping' && end.pongs) writeTo(at, wordsOf(at, { kind: 'pong', timestamp: message.timestamp }));
    }
    // What a codec says by itself.
    writeTo(at, at.driver.owed?.splice(0) ?? []);
  };

  const webSocketFactory: GatewayEnd['webSocketFactory'] = (_url, offered, _options, hooks) => {
    connections++;
    const driver = makeDriver();
    const connection = createFakeConnection(
      0,
      hooks,
      {
        asked: (answer) => {
          answer();
        },
        opened: () => {
          log.note('(connected)');
          if (end.manner === 'wait') at.waiting = [];
          else if (end.manner === 'refuse') {
            // Who speaks first: a gateway that does refuses at once, another one what the client begins with.
            if (driver.open) turnAway(at);
          } else writeTo(at, driver.open?.() ?? []);
        },
        frame: (frame) => {
          log.toGateway(frame);
          at.frames.push(frame);
          if (end.manner === 'refuse') turnAway(at);
          else if (at.waiting) at.waiting.push(frame);
          else hear(at, frame);
        },
        closed: (code) => {
          log.note(`(the client is gone: ${code})`);
          closes.push(code);
        },
      },
      offered[0],
    );
    const at: Line = { connection, driver, frames: [], heard: [], waiting: undefined };
    line = at;
    const atTurnEnd = (run: () => void): void => void asyncScheduler.schedule(run);
    return Object.assign(connection.socket, end.turns && { atTurnEnd });
  };

  const end: GatewayEnd = {
    webSocketFactory,
    closes,
    pongs: true,
    turns: false,
    manner: 'greet',
    get connections() {
      return connections;
    },
    get frames() {
      return line?.frames ?? [];
    },
    welcome: () => {
      const at = present();
      const kept = at.waiting ?? [];
      at.waiting = undefined;
      end.manner = 'greet';
      writeTo(at, at.driver.open?.() ?? []);
      for (const frame of kept) hear(at, frame);
    },
    take: <K extends MessageKind>(kind: K) => {
      const { heard } = present();
      const index = heard.findIndex((message) => message.kind === kind);
      const [message] = index < 0 ? [] : heard.splice(index, 1);
      if (!message) {
        const others = heard.length > 0 ? `only ${heard.map((other) => other.kind).join(', ')}` : 'nothing';
        throw new Error(`The gateway was to hear a ${kind} of the client, and heard ${others}`);
      }
      return message as Of<K>;
    },
    left: <K extends MessageKind>(kind: K) => (line?.heard ?? []).filter((message): message is Of<K> => message.kind === kind),
    words: (...messages) => {
      const at = present();
      return messages.flatMap((message) => {
        const frames = wordsOf(at, message);
        if (frames.length === 0)
          throw new Error(
            `The gateway has no words for a ${message.kind}: its encode gives no frame. Add them, or say in \`cannot\` why`,
          );
        return frames;
      });
    },
    say: (...messages) => {
      for (const message of messages) end.write(...end.words(message));
    },
    write: (...frames) => {
      writeTo(present(), frames);
    },
    drop: () => {
      log.note('(cut)');
      present().connection.close(1006, '');
    },
    silence: () => {
      log.note('(silence)');
      present().connection.silence();
    },
  };
  return end;
}
