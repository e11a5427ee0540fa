import express from 'express';
import fastify from 'fastify';
import { commandNotify } from 'rxgate/protocols';
import { commands, serve } from 'rxgate/server';

// #region express
/** Express gives its server when it listens. */
export function withExpress(port: number) {
  const app = express();
  app.get('/hello', (_request, response) => response.send('hello'));
  const web = app.listen(port, '127.0.0.1');
  return {
    web,
    peers: serve({ server: web, path: '/ws', protocol: commandNotify() }).pipe(commands({ where: () => 'express' })),
  };
}
// #endregion

// #region fastify
/** Fastify has its server from the start; the gateway waits until it listens. */
export function withFastify() {
  const app = fastify();
  app.get('/hello', () => 'hello');
  return {
    app,
    peers: serve({ server: app.server, path: '/ws', protocol: commandNotify() }).pipe(commands({ where: () => 'fastify' })),
  };
}
// #endregion
