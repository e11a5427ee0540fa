import { map, type Observable } from 'rxjs';
import {
  connect,
  type ConnectConfig,
  fixedDelays,
  retryBackoff,
  type Session,
  type ShareConfig,
  shareSession,
  type Untyped,
} from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import type { FakeGateway, SentMessage } from 'rxgate/testing';

/** A shared stream, and the same where its ledger is out of sight: both must give the same results and wire
 * traffic. (A `tap()` with nothing in it would not do: it returns the stream itself.) */
export const sights: readonly (readonly [string, (session$: Observable<Session>) => Observable<Session>])[] = [
  ['on the shared stream', (session$) => session$],
  ['after a further operator', (session$) => session$.pipe(map((session) => session))],
];

/** The pipeline without authentication and heartbeat; it retries after 5 ms. */
export const pipelineTo = (
  { webSocketFactory }: FakeGateway,
  share: ShareConfig = {},
  config: Partial<ConnectConfig<Untyped>> = {},
): Observable<Session> =>
  connect({ url: 'ws://fake', protocol: commandNotify(), webSocketFactory, ...config }).pipe(
    retryBackoff({ strategy: fixedDelays([5]) }),
    shareSession(share),
  );

/** What was sent, as `1 request echo`: on connection 1. */
export const linesOf = (sent: readonly SentMessage[]): string[] =>
  sent.map((message) => {
    const what = 'command' in message ? ` ${message.command}` : 'topic' in message ? ` ${message.topic}` : '';
    return `${message.connection} ${message.kind}${what}`;
  });
