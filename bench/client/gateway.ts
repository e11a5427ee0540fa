import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { answerParent } from '../child.js';

/** The gateway of the benchmark, in a process of its own: raw `ws`, so that its cost is the same for every driver. */
interface Flood {
  readonly messages: number;
  readonly topics: number;
}

const bar = { open: 1455.22, high: 1461.39, low: 1397.43, close: 1399.42, volume: 1009000000, date: '2000-01-04' };

function flood(socket: WebSocket, stream: Socket, id: string, { messages, topics }: Flood): void {
  const frames = Array.from({ length: topics }, (_, index) =>
    JSON.stringify({ type: 'NOTIFY', topic: `bars:${index}`, data: bar }),
  );
  let sent = 0;
  const more = (): void => {
    // In portions of one write each, so that every driver reads chunks of the same size, however fast it is.
    stream.cork();
    for (let portion = 0; portion < 500 && sent < messages; portion++) socket.send(frames[sent++ % topics] as string);
    stream.uncork();
    if (sent < messages) setImmediate(more);
    else socket.send(JSON.stringify({ type: 'RESPONSE', id, data: { sent } }));
  };
  more();
}

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
server.on('connection', (socket, { socket: stream }) => {
  socket.on('message', (frame: Buffer) => {
    const message = JSON.parse(frame.toString()) as {
      type?: string;
      id: string;
      command?: string;
      topic?: string;
      data: unknown;
    };
    if (message.command === 'flood') flood(socket, stream, message.id, message.data as Flood);
    else if (message.command) socket.send(JSON.stringify({ type: 'RESPONSE', id: message.id, data: message.data }));
    else if (message.type === 'SUBSCRIBE') socket.send(JSON.stringify({ type: 'ACK', id: message.id, topic: message.topic }));
    else if (message.type === 'ping') socket.send(JSON.stringify({ type: 'pong' }));
  });
});
server.on('listening', () => {
  answerParent((server.address() as AddressInfo).port, {});
});
