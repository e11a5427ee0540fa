import type { Dialect } from './dialect.js';

interface NativeFrame {
  readonly type?: string;
  readonly id: string;
  readonly command?: string;
  readonly topic: string;
  readonly data: unknown;
}

/** The native frames: what `rawClient.ts` speaks, and every client that is built by hand. */
export const commandNotify: Dialect = {
  open: (wire) => (frame) => {
    const { type, id, command, topic, data } = JSON.parse(frame) as NativeFrame;
    if (command) wire.command(command, data, (reply) => JSON.stringify({ type: 'RESPONSE', id, data: reply }));
    else if (type === 'SUBSCRIBE') {
      wire.topic(topic, (value) => JSON.stringify({ type: 'NOTIFY', topic, data: value }));
      wire.send(JSON.stringify({ type: 'ACK', id, topic }));
    } else if (type === 'ping') wire.send(JSON.stringify({ type: 'pong' }));
  },
};
