// A client that sends as fast as it can, and comes back at once when it is closed. `url`, and how many messages it may send in all.
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { WebSocket } from 'ws';

const [url = ''] = process.argv.slice(2);
const headers = { 'x-user': 'flood' };
let sent = 0;
let answers = 0;
// An object, since it changes while something else is awaited.
const state = { going: false };
const codes: Record<string, number> = {};

/** One connection, until it is closed or nothing more is to be sent. */
async function flood(messages: number): Promise<void> {
  const socket = new WebSocket(url, { headers, perMessageDeflate: false });
  socket.on('error', () => undefined);
  socket.on('message', () => answers++);
  const closed = once(socket, 'close').then(([code]: number[]) => {
    codes[`${code}`] = (codes[`${code}`] ?? 0) + 1;
  });
  await Promise.race([once(socket, 'open'), closed]).catch(() => undefined);
  while (state.going && sent < messages && socket.readyState === WebSocket.OPEN) {
    // What the network has not taken is no flood of the server.
    for (let index = 0; index < 200 && socket.bufferedAmount < 1_000_000; index++)
      socket.send(`{"id":${++sent},"command":"work"}`);
    await turn();
  }
  if (state.going && sent < messages) await closed;
  else socket.terminate();
}

process.on('message', (order: string) => {
  const [what = '', messages = '0'] = order.split(' ');
  if (what === 'stop') {
    state.going = false;
    return;
  }
  state.going = true;
  sent = answers = 0;
  for (const code of Object.keys(codes)) Reflect.deleteProperty(codes, code);
  void (async () => {
    while (state.going && sent < Number(messages)) await flood(Number(messages));
    process.send?.({ sent, answers, codes });
  })();
});
process.send?.('ready');
