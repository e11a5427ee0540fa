import { createServer } from 'node:http';
import { commandNotify } from 'rxgate/protocols';
import { commands, serve } from 'rxgate/server';
import { filter, fromEvent, map, merge } from 'rxjs';

// #region own
export const server = createServer((_request, response) => response.end('a page'));

/** Two gateways on one server, each with its path. */
export const paths$ = merge(
  serve({ server, path: '/orders', protocol: commandNotify() }).pipe(commands({ where: () => 'orders' })),
  serve({ server, path: '/prices', protocol: commandNotify() }).pipe(commands({ where: () => 'prices' })),
);
// #endregion

// #region upgrades
export const tenants = createServer();

/** You decide which upgrades are whose; the others stay yours to answer. */
const upgrades$ = fromEvent(tenants, 'upgrade', (request, socket, head) => ({ request, socket, head }));
const ours$ = upgrades$.pipe(filter(({ request }) => request.headers.host?.startsWith('localhost') === true));

export const tenant$ = serve({ upgrades: ours$, protocol: commandNotify() }).pipe(
  commands({ where: () => 'localhost' }),
  map(({ id }) => id),
);
// #endregion
