import { createRequire } from 'node:module';

/** A packet as Socket.IO's own parser has it. */
export interface ParserPacket {
  readonly type: number;
  readonly nsp: string;
  readonly id?: number;
  readonly data?: unknown;
}

interface Parser {
  readonly Encoder: new () => { encode(packet: ParserPacket): (string | Uint8Array)[] };
  readonly Decoder: new () => {
    add(frame: string | Buffer): void;
    on(event: 'decoded', hear: (packet: ParserPacket) => void): void;
  };
}

// The one that the server itself has.
const require = createRequire(createRequire(import.meta.url).resolve('socket.io'));
const { Encoder, Decoder } = require('socket.io-parser') as Parser;

/** The frames of a packet, as Socket.IO's own parser writes them; the `4` before the text is Engine.IO's. */
export const parserFrames = (packet: ParserPacket): readonly (string | Uint8Array)[] =>
  new Encoder().encode(packet).map((frame) => (typeof frame === 'string' ? `4${frame}` : frame));

/** The packets that Socket.IO's own parser reads. Throws what it throws. */
export const parserPackets = (frames: readonly (string | Uint8Array)[]): readonly ParserPacket[] => {
  const decoder = new Decoder();
  const packets: ParserPacket[] = [];
  decoder.on('decoded', (packet) => packets.push(packet));
  for (const frame of frames) decoder.add(typeof frame === 'string' ? frame.slice(1) : Buffer.from(frame));
  return packets;
};
