import { createServer } from 'node:http';
import { commandNotify } from 'rxgate/protocols';
import {
  commands,
  createEventLoopMonitor,
  createServerCounters,
  createUsers,
  prometheusText,
  sampleServerMetrics,
  serve,
  serverMetrics,
} from 'rxgate/server';
import { filter, map } from 'rxjs';

// #region metrics
const counters = createServerCounters();
const users = createUsers();
const eventLoop = createEventLoopMonitor();

export const server = createServer((_request, response) => {
  response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
  response.end(prometheusText(sampleServerMetrics({ counters, users, eventLoop }), { prefix: 'chat' }));
});
export const peer$ = serve({ server, path: '/ws', protocol: commandNotify(), counters }).pipe(
  users.track(),
  commands({ shout: (text: string) => text.toUpperCase() }),
);

/** A line whenever more than a tenth of the commands of the last five seconds failed. */
export const trouble$ = serverMetrics({ counters, users, interval: 5_000 }).pipe(
  filter(({ errorRate }) => errorRate > 0.1),
  map(({ errorRate, commands: { failed, refused } }) => `${errorRate * 100} % failed: ${failed} failed, ${refused} refused`),
);
// #endregion
