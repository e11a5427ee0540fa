// Express brings no types of its own. What the specs and the snippets use:
declare module 'express' {
  import type { IncomingMessage, Server, ServerResponse } from 'node:http';

  interface Express {
    (request: IncomingMessage, response: ServerResponse): void;
    get(path: string, handler: (request: IncomingMessage, response: ServerResponse & { send(body: string): void }) => void): void;
    listen(port: number, host: string): Server;
  }
  export default function express(): Express;
}
