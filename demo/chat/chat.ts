// A chat: several tabs per user, a list of who is here, messages to all and to one, typing notices, statistics. `npm run chat` starts it.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { TypeOf } from 'io-ts';
import { heartbeat, RequestFailedError } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import {
  broadcast,
  commands,
  createUsers,
  type Identity,
  limits,
  type Peer,
  rateLimit,
  createTokenBuckets,
  serve,
  slowConsumers,
  validated,
} from 'rxgate/server';
import { defer, finalize, from, ignoreElements, merge, type Observable, tap } from 'rxjs';
import { type ChatMessage, Say, type Stats, Tell, type ToldMessage, Typing, type Welcome } from './messages.js';

/** Options of the chat. */
export interface ChatOptions {
  /** 0: any free port. */
  readonly port?: number;
  /** How many tabs one user may have open. */
  readonly tabsPerUser?: number;
  /** Whether who says something hears it as everybody does. */
  readonly echoToSender?: boolean;
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const remembered = 50;

/** The page's script, with the client half of rxgate in it. */
const bundlePage = async (): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [here('page.ts')],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    // Here rxgate is taken from its source; from the package, a bundler finds the browser's socket by itself.
    conditions: ['rxgate-source'],
    alias: { '#socket': here('../../lib/connection/browserSocket.ts') },
    write: false,
  });
  return outputFiles[0]?.text ?? '';
};

const readBody = async (request: IncomingMessage): Promise<string> => {
  let body = '';
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > 200) break;
  }
  return body.trim();
};

/** Who logged in, by the token in their cookie. */
function createLogins() {
  const names = new Map<string, string>();
  return {
    /** A cookie for a name, or nothing if it is none. */
    add(name: string): string | undefined {
      if (!/^[\p{L}\p{N} _.-]{1,32}$/u.test(name)) return undefined;
      const token = randomUUID();
      names.set(token, name);
      return `chat=${token}; HttpOnly; SameSite=Strict; Path=/`;
    },
    identify({ headers }: IncomingMessage): Identity | undefined {
      const user = names.get(/(?:^|;\s*)chat=([^;]+)/.exec(headers.cookie ?? '')?.[1] ?? '');
      return user === undefined ? undefined : { user };
    },
  };
}

/** The gateway on an HTTP server. Emits each peer; unsubscribing closes them all. */
function chatGateway(server: Server, identify: (request: IncomingMessage) => Identity | undefined, options: ChatOptions) {
  const { tabsPerUser = 5, echoToSender = true } = options;
  const users = createUsers({ grace: 500 });
  const recent: ChatMessage[] = [];
  let messages = 0;
  let tabs = 0;

  const welcome = (peer: Peer): void => {
    const greeting: Welcome = { you: peer.identity?.user ?? '', users: [...users.names], recent };
    broadcast(peer, 'welcome', greeting);
  };
  const say = ({ text }: TypeOf<typeof Say>, peer: Peer): { readonly id: number } => {
    const message: ChatMessage = { id: ++messages, from: peer.identity?.user ?? '', text: text.trim(), at: Date.now() };
    recent.push(message);
    if (recent.length > remembered) recent.shift();
    broadcast(users.toAll(), 'chat.message', message, echoToSender ? {} : { except: peer });
    return { id: message.id };
  };

  const tell = ({ to, text }: TypeOf<typeof Tell>, peer: Peer): void => {
    const { user: from = '' } = peer.identity ?? {};
    if (users.peers(to).length === 0)
      throw new RequestFailedError('chat.tell', 'NOT_HERE', undefined, { detail: 'nobody of that name is here' });
    const message: ToldMessage = { from, to, text: text.trim() };
    // A tab that is in both, since somebody talks to themselves, gets one copy.
    broadcast([users.toUser(to), users.toUser(from)], 'chat.told', message);
  };

  const peers$ = serve({ server, path: '/ws', protocol: commandNotify(), authenticate: identify }).pipe(
    slowConsumers({ policy: 'close' }),
    limits({ perUser: tabsPerUser }),
    heartbeat({ interval: 25_000 }),
    rateLimit({ perUser: createTokenBuckets({ points: 20, duration: 1_000 }) }),
    users.track(),
    commands<Peer>({
      'chat.say': validated(Say, (said, { peer }) => say(said, peer)),
      'chat.tell': validated(Tell, (told, { peer }) => {
        tell(told, peer);
      }),
      'chat.typing': validated(Typing, ({ typing }, { peer }) => {
        const { user = '' } = peer.identity ?? {};
        broadcast(users.toAll(), 'typing', { user, typing }, { except: users.toUser(user) });
      }),
      'chat.ping': () => ({ at: Date.now() }),
      'chat.stats': (): Stats => ({ totalUsers: users.size, totalConnections: tabs, messages }),
    }),
    tap((peer) => {
      tabs++;
      peer.closed.subscribe(() => tabs--);
      welcome(peer);
    }),
  );
  // Everybody's list follows who comes and goes. Who comes finds it in the welcome.
  const lists$ = users.changes.pipe(
    tap(({ user }) => broadcast(users.toAll(), 'users', [...users.names], { except: users.toUser(user) })),
  );
  return merge(peers$, lists$);
}

/** Answers the two pages and the login. */
const answer =
  (logins: ReturnType<typeof createLogins>, script: Promise<string>) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const send = (status: number, type: string, body: string): void => {
      response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(body);
    };
    switch (`${request.method} ${request.url}`) {
      case 'GET /':
        send(200, 'text/html', await readFile(here('page.html'), 'utf8'));
        return;
      case 'GET /page.js':
        send(200, 'text/javascript', await script);
        return;
      case 'POST /login': {
        const cookie = logins.add(await readBody(request));
        if (cookie) response.setHeader('set-cookie', cookie);
        send(cookie ? 200 : 400, 'text/plain', cookie ? 'welcome' : 'A name has 1 to 32 letters, digits or spaces.');
        return;
      }
      default:
        send(404, 'text/plain', 'There is nothing here.');
    }
  };

/** The chat while it is subscribed to. Emits the url of its page once it listens; unsubscribing ends everything. */
export const chat = (options: ChatOptions = {}): Observable<string> =>
  defer(() => {
    const logins = createLogins();
    const server = createServer((request, response) => {
      answer(logins, script)(request, response).catch(() => response.writeHead(500).end());
    });
    const script = bundlePage();
    const listening = new Promise<string>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port ?? 0, '127.0.0.1', () => {
        resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      });
    });
    return merge(
      from(listening),
      chatGateway(server, (request) => logins.identify(request), options).pipe(ignoreElements()),
    ).pipe(
      finalize(() => {
        server.close();
        server.closeIdleConnections();
      }),
    );
  });
