import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { answerParent } from '../child.js';
import type { Dialect, Wire } from '../dialects/dialect.js';
import { type DialectName, dialects } from '../dialects/dialects.js';

/** The gateway of the benchmark, in a process of its own: raw `ws`, so that its cost is the same for every driver. */
interface Flood {
  readonly messages: number;
  readonly topics: number;
}
type Write = (data: unknown) => string;

/** Characters of what is sent as one frame, to who reads that. */
const fullFrame = 16_000;

const bar = { open: 1455.22, high: 1461.39, low: 1397.43, close: 1399.42, volume: 1009000000, date: '2000-01-04' };

/** Sends so many messages in turn over so many topics; each is a frame per subscription. */
function flood(socket: WebSocket, stream: Socket, frames: readonly string[], messages: number, done: () => void): void {
  let sent = 0;
  const more = (): void => {
    // In portions of one write each, so that every driver reads chunks of the same size, however fast it is.
    stream.cork();
    for (let portion = 0; portion < 500 && sent < messages; portion++) socket.send(frames[sent++ % frames.length] as string);
    stream.uncork();
    if (sent < messages) setImmediate(more);
    else done();
  };
  more();
}

function serveOne(socket: WebSocket, stream: Socket, dialect: Dialect): void {
  const since = Number(process.hrtime.bigint()) / 1e6;
  const topics = new Map<string, Write[]>();
  const held: (() => string)[] = [];
  let settled = (): void => {};
  const gathered: string[] = [];
  let size = 0;
  let join: ((frames: readonly string[]) => string) | undefined;
  let begun = false;
  const flush = (): void => {
    if (size === 0) return;
    const frames = gathered.splice(0);
    size = 0;
    if (join) socket.send(frames.length > 1 ? join(frames) : (frames[0] as string));
  };
  const endTurn = (): void => {
    begun = false;
    flush();
  };
  const send = (frame: string): void => {
    if (!join) {
      socket.send(frame);
      return;
    }
    if (!begun) {
      // The first of a turn is most often the only one.
      socket.send(frame);
      begun = true;
      process.nextTick(endTurn);
      return;
    }
    if (size + frame.length > fullFrame) flush();
    gathered.push(frame);
    size += frame.length + 1;
  };
  const commands: Readonly<Record<string, (data: never, write: Write) => void>> = {
    flood({ messages, topics: count }: Flood, write) {
      const frames = Array.from({ length: count }, (_, index) => topics.get(`bars:${index}`) ?? [])
        .flat()
        .map((notify) => notify(bar));
      flood(socket, stream, frames, messages * (frames.length / count), () => send(write({ sent: messages })));
    },
    /** No reply before `release`, which sends them all. */
    hold(data, write) {
      // Written only then: graphql-ws's is followed by the end of its operation.
      held.push(() => write(data));
    },
    release(data, write) {
      stream.cork();
      for (const reply of held.splice(0)) send(reply());
      send(write(data));
      stream.uncork();
    },
    drop: () => socket.terminate(),
    /** Replies with the time when the connection opened, once it has so many topics. */
    settled({ topics: count }: Flood, write) {
      settled = () => {
        if (topics.size < count) return;
        settled = () => {};
        send(write({ since }));
      };
      settled();
    },
  };
  const wire: Wire = {
    send,
    gather(joining) {
      join = joining;
    },
    command(name, data, write) {
      const command = commands[name];
      if (command) command(data as never, write);
      else send(write(data));
    },
    topic(name, write) {
      topics.set(name, [...(topics.get(name) ?? []), write]);
      // After the confirmation.
      setImmediate(settled);
    },
  };
  const take = dialect.open(wire);
  socket.on('message', (frame: Buffer) => take(frame.toString()));
  // A client that was dropped, or is ended, says so in its own way.
  socket.on('error', () => {});
}

const dialect: Dialect = dialects[process.argv[2] as DialectName];
const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  ...(dialect.subprotocol && { handleProtocols: () => dialect.subprotocol as string }),
});
server.on('connection', (socket, { socket: stream }) => serveOne(socket, stream, dialect));
server.on('listening', () => {
  answerParent((server.address() as AddressInfo).port, {});
});
