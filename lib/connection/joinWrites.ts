import type { Duplex } from 'node:stream';
import * as ws from 'ws';

/** What `ws` makes the frames of its own messages with; its types leave it out. */
const { Sender } = ws as unknown as {
  readonly Sender: {
    frame(data: Uint8Array, options: Readonly<Record<string, unknown>>): readonly Uint8Array[];
  };
};

/** Bytes of a piece that frames are copied into. What is larger is not copied. */
const pieceSize = 65_536;

/**
 * What is sent in one turn leaves at its end, in one system call. `ws` gives the stream two pieces for each message, and what that keeps of
 * them costs as much as to make them: here the frames of a turn are one piece, or few if they are much. Where compression was agreed, `ws` makes the frames, and they leave
 * in one system call all the same.
 */
export function joinWrites(socket: ws.WebSocket, stream: Duplex, generateMask?: unknown): void {
  const send = socket.send.bind(socket) as (data: string | Uint8Array) => void;
  const close = socket.close.bind(socket);
  const buffered = Object.getOwnPropertyDescriptor(ws.WebSocket.prototype, 'bufferedAmount')?.get as (
    this: ws.WebSocket,
  ) => number;
  const options = {
    fin: true,
    rsv1: false,
    mask: true,
    readOnly: true,
    generateMask,
    maskBuffer: generateMask && Buffer.alloc(4),
  };
  const text = { ...options, opcode: 1 };
  const bytes = { ...options, opcode: 2 };
  let pieces: Uint8Array[] = [];
  let frames: Uint8Array[] = [];
  /** Of the frames, and of all. */
  let length = 0;
  let size = 0;
  let corked = false;

  const join = (): void => {
    if (length > 0) pieces.push(frames.length > 1 ? Buffer.concat(frames, length) : (frames[0] as Uint8Array));
    frames = [];
    length = 0;
  };
  const flush = (): void => {
    join();
    const all = pieces;
    pieces = [];
    size = 0;
    stream.cork();
    for (const piece of all) stream.write(piece);
    stream.uncork();
  };
  const uncork = (): void => {
    corked = false;
    stream.uncork();
  };

  socket.send = (data: string | Uint8Array) => {
    if (socket.extensions || socket.readyState !== ws.WebSocket.OPEN) {
      if (!corked) {
        corked = true;
        stream.cork();
        process.nextTick(uncork);
      }
      send(data);
      return;
    }
    const isText = typeof data === 'string';
    const payload = isText ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.length);
    if (size === 0) process.nextTick(flush);
    for (const part of Sender.frame(payload, isText ? text : bytes)) {
      if (length + part.length > pieceSize) join();
      frames.push(part);
      length += part.length;
      size += part.length;
    }
  };
  socket.close = (code, reason) => {
    flush();
    close(code, reason);
  };
  Object.defineProperty(socket, 'bufferedAmount', { get: () => size + buffered.call(socket) });
}
