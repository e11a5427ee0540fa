import type { Dialect } from './dialect.js';

interface NativeFrame {
  readonly type?: string;
  readonly id: string;
  readonly command?: string;
  readonly batches?: boolean;
  readonly topic: string;
  readonly data: unknown;
}

/** As the server of rxgate, it says with its first reply that it reads batches, and sends them to who says so as well. */
const native = (reads: boolean): Dialect => ({
  open: (wire) => {
    let batches = reads || undefined;
    const respond = (id: string, data: unknown): string => {
      const frame = JSON.stringify({ type: 'RESPONSE', id, data, batches });
      batches = undefined;
      return frame;
    };
    const take = ({ type, id, command, topic, data, batches: asks }: NativeFrame): void => {
      if (asks) wire.gather((frames) => `[${frames.join()}]`);
      if (command) wire.command(command, data, (reply) => respond(id, reply));
      else if (type === 'SUBSCRIBE') {
        wire.topic(topic, (value) => JSON.stringify({ type: 'NOTIFY', topic, data: value }));
        wire.send(JSON.stringify({ type: 'ACK', id, topic }));
      } else if (type === 'ping') wire.send(JSON.stringify({ type: 'pong' }));
    };
    return (frame) => {
      const read = JSON.parse(frame) as NativeFrame | NativeFrame[];
      if (Array.isArray(read)) for (const each of read) take(each);
      else take(read);
    };
  },
});

/** The native frames: what `rawClient.ts` speaks, and every client that is built by hand. */
export const commandNotify = native(true);
/** Of a gateway that knows no batches: each message is a frame. */
export const singleFrames = native(false);
