import { sessionLink } from '../../connection/sessionLink.js';
import { pause } from './clientEnd.js';
import type { ContractScript } from './contractScript.js';
import { expectSame } from './expectSame.js';
import type { Scene } from './scene.js';

/** What the heartbeat of the present session goes by. */
const beats = ({ protocol, session }: Scene) => {
  const { mode = 'message', interval = 25_000, timeout = 5_000 } = { ...protocol.heartbeat, ...sessionLink(session()).heartbeat };
  if (interval === Infinity) throw new Error('There is no heartbeat: its interval is Infinity');
  if (timeout === Infinity) throw new Error('Nobody waits for a sign of life: the timeout of the heartbeat is Infinity');
  return { mode, interval, timeout };
};

/** A sign of life that the client did not ask for. */
const signOfLife = (scene: Scene): void => {
  const { gateway, settings } = scene;
  if (settings.can('pong')) gateway.say({ kind: 'ping', timestamp: 1 });
  else gateway.say({ kind: 'notification', topic: settings.topics[0], data: settings.data('still here') });
};

/** What heartbeats have to do, in both directions. */
export const heartbeatScripts: readonly ContractScript[] = [
  {
    name: 'a gateway that is gone is found out, and there is a next session',
    about: 'heartbeat',
    play: (scene) => {
      const { start, client, gateway, advance } = scene;
      start();
      const { interval, timeout } = beats(scene);
      gateway.silence();
      advance(2 * interval + timeout + pause);
      const ended = client.events.find((event) => event.type === 'ended');
      expectSame('Why the session ended', ended?.end.error?.kind, 'heartbeatTimeout');
      expectSame('Connections', gateway.connections, 2);
      scene.session();
    },
  },
  {
    name: 'a gateway that is there is not given up',
    needs: ['heartbeat'],
    play: (scene) => {
      const { start, gateway, advance, session, protocol } = scene;
      start();
      const { mode, interval } = beats(scene);
      for (let step = 0; step < 20; step++) {
        // Whoever waits for the client's pings, or only answers frames of the WebSocket protocol, says nothing else.
        if (mode === 'peer' || mode === 'idle') signOfLife(scene);
        advance(interval / 2);
      }
      expectSame(`Connections after ten intervals, in mode '${mode}' of ${protocol.name}`, gateway.connections, 1);
      expectSame('Whether the session is open', session().open, true);
    },
  },
  {
    name: 'the client pings, and measures the answer',
    about: 'ping',
    play: (scene) => {
      const { start, client, gateway, advance } = scene;
      start();
      const { interval } = beats(scene);
      advance(interval);
      gateway.take('ping');
      const beat = client.events.find(({ type }) => type === 'heartbeat');
      if (!beat) throw new Error('The answer to a ping was to be read as a pong, and was not: there is no round trip');
      advance(interval + 1);
      expectSame('Whether it pings again', gateway.left('ping').length > 0, true);
    },
  },
  {
    name: 'a ping of the gateway is answered',
    about: 'pong',
    play: ({ start, gateway, advance }) => {
      start();
      for (const timestamp of [5, 6]) {
        gateway.say({ kind: 'ping', timestamp });
        advance();
        const pong = gateway.take('pong');
        // Not every wire has room for it.
        if (pong.timestamp !== undefined) expectSame('The timestamp of the pong', pong.timestamp, timestamp);
      }
    },
  },
];
