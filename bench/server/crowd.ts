import { WebSocket } from 'ws';
import { answerParent } from '../child.js';
import { percentile } from '../figures.js';

/** Clients of one server in a process of their own, on raw `ws` whatever the server speaks. */
interface Dialect {
  readonly path: string;
  /** What to send on a frame that came before the client was welcome, and whether it is welcome then. */
  greet(frame: string): { readonly send?: string; readonly welcome?: boolean };
  /** Said when the socket is open; `undefined`: the client is welcome at once. */
  readonly hello?: string;
  /** The data of a delivery. */
  data(frame: string): unknown;
  /** A beat of the server's heart begins with this, and is answered so. */
  readonly beat?: { readonly begins: string; readonly answer: string };
}

const dialects: Readonly<Record<string, Dialect>> = {
  ws: { path: '/?', greet: () => ({}), data: (frame) => (JSON.parse(frame) as { data: unknown }).data },
  rxgate: {
    path: '/?',
    hello: JSON.stringify({ type: 'SUBSCRIBE', id: '1', topic: 'bars' }),
    greet: (frame) => ({ welcome: (JSON.parse(frame) as { type: string }).type === 'ACK' }),
    data: (frame) => (JSON.parse(frame) as { data: unknown }).data,
    beat: { begins: '{"type":"ping"', answer: '{"type":"pong"}' },
  },
  'socket.io': {
    path: '/socket.io/?EIO=4&transport=websocket&',
    // Engine.IO opens, the client asks for the namespace, Socket.IO grants it.
    greet: (frame) => (frame.startsWith('0') ? { send: '40' } : { welcome: frame.startsWith('40') }),
    data: (frame) => (JSON.parse(frame.slice(2)) as unknown[])[1],
    beat: { begins: '2', answer: '3' },
  },
};

const [, , name = '', port = '', topic = 'bars'] = process.argv;
const dialect = dialects[name] as Dialect;
// Clients that are to be idle listen to nothing.
const hello = topic === 'none' ? undefined : dialect.hello;
const welcomeAtOnce = name !== 'socket.io' && hello === undefined;
/** Beats are short, so most deliveries are known by their length. */
const longestBeat = 64;

let seen = 0;
let wanted = Infinity;
let timed = false;
let times: number[] = [];
let done: (() => void) | undefined;

const deliver = (socket: WebSocket, frame: Buffer): void => {
  const { beat } = dialect;
  if (beat && frame.length <= longestBeat && frame.toString().startsWith(beat.begins)) {
    socket.send(beat.answer);
    return;
  }
  if (timed) {
    const { due } = dialect.data(frame.toString()) as { due: number };
    times.push(Number(process.hrtime.bigint()) / 1e6 - due);
  }
  if (++seen === wanted) done?.();
};

const open = (index: number): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${dialect.path}user=user-${index}&room=room-${index}`, {
      perMessageDeflate: false,
    });
    let welcome = false;
    const enter = (): void => {
      welcome = true;
      resolve(socket);
    };
    socket.on('error', reject);
    socket.on('open', () => {
      if (hello !== undefined) socket.send(hello);
      else if (welcomeAtOnce) enter();
    });
    socket.on('message', (frame: Buffer) => {
      if (welcome) {
        deliver(socket, frame);
        return;
      }
      const { send, welcome: granted } = dialect.greet(frame.toString());
      if (send !== undefined) socket.send(send);
      if (granted) enter();
    });
    socket.on('close', (code) => {
      // Nobody is to wait for what cannot come any more.
      throw new Error(`a connection closed with ${code}`);
    });
  });

let opened = 0;

answerParent(undefined, {
  /** Opens connections, a hundred at a time. With `stalled` they never read again. */
  async open({ count, stalled = false }: { readonly count: number; readonly stalled?: boolean }) {
    for (let left = count; left > 0; left -= 100) {
      const sockets = await Promise.all(Array.from({ length: Math.min(100, left) }, () => open(opened++)));
      if (stalled) for (const socket of sockets) socket.pause();
    }
  },
  /** Resolves with how long they took, in ms, once so many deliveries came in since the last time. */
  async expect({ deliveries, clocked = false }: { readonly deliveries: number; readonly clocked?: boolean }) {
    timed = clocked;
    wanted = deliveries;
    await new Promise<void>((resolve) => {
      done = resolve;
      if (seen === wanted) resolve();
    });
    const taken = times;
    seen = 0;
    times = [];
    return { p50: percentile(taken, 0.5), p99: percentile(taken, 0.99) };
  },
});
