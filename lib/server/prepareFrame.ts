import type { Frame } from '../protocols/protocol.js';

/** Under which a prepared frame keeps its bytes as they go over the wire. */
const wireForm: unique symbol = Symbol('wire form');

/** A frame that was prepared once for many peers: its payload, with the bytes of the wire beside it. */
export interface PreparedFrame extends Uint8Array {
  readonly [wireForm]: Uint8Array;
}

/** The first byte of an unfragmented frame: it is final, and holds text or bytes. */
const textFrame = 0x81;
const binaryFrame = 0x82;

/** The head of an unmasked WebSocket frame (RFC 6455, section 5.2) is 2 bytes, and 2 or 8 more for the size of longer payloads. */
const headOf = (size: number): number => (size < 126 ? 2 : size < 65_536 ? 4 : 10);

/**
 * Encodes a frame for the wire once, so that sending it to many peers costs each of them one write.
 *
 * It is a frame like any other: `link.write(message, [prepared])` sends it, and a stage that holds frames back may hold it. The socket of
 * a peer writes its bytes as they are; where compression was agreed, it sends the payload through `ws`.
 *
 * @example
 * const frames = framesOf(encodeMessage(codec, message)).map(prepareFrame);
 * for (const peer of peers) if (peer.open) peerLink(peer).write(message, frames);
 */
export function prepareFrame(frame: Frame): PreparedFrame {
  const text = typeof frame === 'string';
  const size = text ? Buffer.byteLength(frame) : frame.length;
  const head = headOf(size);
  // Not from the pool: what is small would hold a whole slab for as long as a slow peer has it queued.
  const wire = Buffer.allocUnsafeSlow(head + size);
  wire[0] = text ? textFrame : binaryFrame;
  wire[1] = head === 2 ? size : head === 4 ? 126 : 127;
  if (head === 4) wire.writeUInt16BE(size, 2);
  else if (head === 10) wire.writeBigUInt64BE(BigInt(size), 2);
  if (text) wire.write(frame, head);
  else wire.set(frame, head);
  return Object.assign(wire.subarray(head), { [wireForm]: wire });
}

/** The bytes of a prepared frame as they go over the wire; undefined for any other frame. */
export const wireOf = (frame: Frame): Uint8Array | undefined =>
  typeof frame === 'string' ? undefined : (frame as Partial<PreparedFrame>)[wireForm];

/** Whether the wire form is one of text. */
export const isText = (wire: Uint8Array): boolean => wire[0] === textFrame;
