import type { Dialect } from './dialect.js';

const hour = 3_600_000;

/** Engine.IO 4 and Socket.IO 5 over WebSocket; acknowledgements are the replies. */
export const socketIo: Dialect = {
  open: (wire) => {
    wire.send(`0${JSON.stringify({ sid: 'a', upgrades: [], pingInterval: hour, pingTimeout: hour, maxPayload: 1e6 })}`);
    return (frame) => {
      if (frame.startsWith('40')) {
        wire.send('40{"sid":"b"}');
        return;
      }
      const at = frame.indexOf('[');
      if (!frame.startsWith('42') || at < 0) return;
      const ack = frame.slice(2, at);
      const [name, data] = JSON.parse(frame.slice(at)) as [string, unknown];
      const reply = (value: unknown): string => `43${ack}${JSON.stringify([value])}`;
      if (name === 'subscribe') {
        wire.topic(data as string, (value) => `42${JSON.stringify([data, value])}`);
        wire.send(reply('ok'));
      } else wire.command(name, data, reply);
    };
  },
};
