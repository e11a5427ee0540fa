// Closes a gateway in the state that it is told, when it is told, and has nothing else to do. Whatever timer or socket is left keeps it.
import type { GatewayError } from 'rxgate';
import { closingClient, type ClosingState, type ClosingWay, holdings, statusIn } from '../closingScene.js';

const [state, way, url] = process.argv.slice(2) as [ClosingState, ClosingWay, string];
const gateway = closingClient(state, url);
const held = state === 'disconnected' ? undefined : holdings(gateway);

process.once('message', () => {
  gateway.states.subscribe(({ status }) => {
    if (status === statusIn[state]) close(status);
  });
});

let closing = false;
function close(status: string): void {
  if (closing) return;
  closing = true;
  if (way === 'drain') void gateway.close({ deadline: 50 });
  else for (const { subscription } of Object.values(held ?? {})) subscription.unsubscribe();
  process.once('exit', () => {
    const ends = Object.fromEntries(
      Object.entries(held ?? {}).map(([name, stream]) => [
        name,
        stream.ends.map((end) => (end === 'complete' ? end : (end as GatewayError).kind)),
      ]),
    );
    console.log(JSON.stringify({ status, ends }));
  });
}
