import { Observable } from 'rxjs';
import type { GatewayEvent, Session } from 'rxgate';
import { commandNotify, type Greeting } from 'rxgate/protocols';
import { attempt, type Carried } from '../../lib/connection/attempt.js';
import { checkConnect, type ConnectConfig } from '../../lib/connection/connectConfig.js';
import { type CredentialState, createCredentialState } from '../../lib/connection/credentialState.js';
import type { SocketHooks, SocketOptions } from '../../lib/connection/socketLike.js';
import { type FakeSocket, fakeSocket } from './fakeSocket.js';
import { greetingWith } from './greetingWith.js';

/** What a socket was asked for. */
export interface Asked {
  readonly url: string;
  readonly protocols: readonly string[];
  readonly options: SocketOptions;
  readonly hooks: SocketHooks;
}

/** One attempt with fake sockets; its lines tell what subscriber and events hear, in order. */
export const attempting = (
  config: Partial<ConnectConfig> = {},
  greeting?: Greeting,
  credential: CredentialState = createCredentialState(),
  carried: Carried = { credential },
) => {
  const lines: string[] = [];
  const errors: any[] = [];
  const events: GatewayEvent[] = [];
  const sockets: FakeSocket[] = [];
  const asked: Asked[] = [];
  const sessions: Session[] = [];
  const webSocketFactory = (...[url, protocols, options, hooks]: [string, readonly string[], SocketOptions, SocketHooks?]) => {
    const socket = fakeSocket(url);
    asked.push({ url, protocols, options, hooks: hooks as SocketHooks });
    sockets.push(socket);
    return socket;
  };
  const settings = checkConnect({
    ...{ url: 'ws://fake', protocol: greeting ? greetingWith(greeting) : commandNotify(), webSocketFactory },
    events: {
      next: (event) => {
        events.push(event);
        lines.push(event.type);
      },
    },
    ...config,
  });
  const subscription = new Observable<Session>((subscriber) => attempt(settings, 7, carried, subscriber)).subscribe({
    next: (session) => {
      sessions.push(session);
      lines.push(`session ${session.id}`);
    },
    error: (error: unknown) => {
      errors.push(error);
      lines.push(`error ${(error as { kind: string }).kind}`);
    },
    complete: () => lines.push('complete'),
  });
  return {
    ...{ lines, errors, events, sockets, sessions, asked, counters: settings.counters },
    socket: sockets[0] as FakeSocket,
    hooks: asked[0]?.hooks as SocketHooks,
    leave: () => {
      subscription.unsubscribe();
    },
  };
};
