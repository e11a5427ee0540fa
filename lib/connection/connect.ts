import { forkJoin, Observable, type Subscriber, Subscription, timer } from 'rxjs';
import { openSocket } from '#socket';
import type { Contract, Untyped } from '../contract/contract.js';
import {
  AuthenticationError,
  ConnectFailedError,
  ConnectionLostError,
  ConnectTimeoutError,
  GatewayError,
  HandshakeRejectedError,
} from '../errors/gatewayErrors.js';
import { createReporter } from '../events/reporter.js';
import type { Message } from '../protocols/message.js';
import { type ConnectConfig, type ConnectSettings, checkConnect } from './connectConfig.js';
import { createSession, type OwnedSession } from './createSession.js';
import { type CredentialState, createCredentialState } from './credentialState.js';
import type { Failover } from './failover.js';
import { isWebSocketUrl, publicUrl } from './gatewayUrl.js';
import { type Provider, type ProviderContext, provide } from './provider.js';
import type { Session, SessionEnd } from './session.js';
import { openTransport, type Transport } from './transport.js';
import { errorOptionsOf, type Verdict, verdictOnClose, verdictOnStatus } from './verdict.js';

/** What the providers of one attempt gave. */
interface Provided {
  readonly url: string;
  readonly protocols: readonly string[];
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly credentials: unknown;
}

const failoverOf = (url: Provider<string> | Failover): Failover | undefined =>
  typeof url === 'object' && 'next' in url && 'report' in url ? url : undefined;

const provideAll = (settings: ConnectSettings, context: ProviderContext): Observable<Provided> => {
  const ring = failoverOf(settings.url);
  const { protocols = settings.protocol.subprotocols ?? [], headers, credentials } = settings;
  return forkJoin({
    url: provide(ring ? () => ring.next() : (settings.url as Provider<string>), context),
    protocols: provide(provide(protocols, context), context),
    headers: provide(headers, context),
    credentials: provide(credentials, context),
  }) as Observable<Provided>;
};

/** The last event of an attempt, and what the stream errors with. */
const failedEnd = (error: GatewayError): SessionEnd & { readonly error: GatewayError } => ({
  code: 1006,
  reason: '',
  wasClean: false,
  by: 'them',
  error,
});

/** One attempt: providers, upgrade, greeting, and the session until it ends. */
function attempt(
  settings: ConnectSettings,
  id: number,
  credential: CredentialState,
  subscriber: Subscriber<Session>,
): () => void {
  const { protocol, counters, events } = settings;
  const report = createReporter(events);
  const ring = failoverOf(settings.url);
  const use = credential.begin();
  const opening = new Subscription();
  const codec = protocol.client();
  let transport: Transport | undefined;
  let owned: OwnedSession | undefined;
  let over = false;

  /** `refresh` helps only if a provider can be asked again, and if it was not just asked. */
  const optionsOf = (verdict: Verdict) =>
    verdict === 'refresh' ? { retryable: settings.renewable && use.refused(), refresh: true } : errorOptionsOf(verdict);

  const conclude = (end: SessionEnd): void => {
    if (over) return;
    over = true;
    opening.unsubscribe();
    if (end.error) ring?.report('failed');
    if (end.error) subscriber.error(end.error);
    else subscriber.complete();
    // Only now: whoever retries has said so, whatever operators stand between.
    report({ type: 'released', session: id });
  };
  const fail = (error: GatewayError): void => {
    if (over) return;
    transport?.terminate();
    report({ type: 'ended', session: id, end: failedEnd(error) });
    conclude(failedEnd(error));
  };

  const establish = (url: string, greeting?: unknown): void => {
    if (!transport) return;
    opening.unsubscribe();
    const opened = { url: publicUrl(url), subprotocol: transport.subprotocol, ...(greeting !== undefined && { greeting }) };
    owned = createSession({ ...settings, id, opened, codec, socket: transport, onEnd: conclude });
    counters.sessions++;
    ring?.report('opened');
    report({ type: 'opened', session: id, url: opened.url, subprotocol: opened.subprotocol });
    subscriber.next(owned.session);
    if (!owned.link.gated) owned.link.ready();
  };
  const greet = (url: string, message: Message): void => {
    try {
      const outcome = protocol.greeting?.accept(message) ?? 'wait';
      if (outcome === 'wait') return;
      if ('opened' in outcome) {
        establish(url, outcome.opened);
        return;
      }
      const { refused } = outcome;
      const again = refused.kind === 'authentication' && settings.renewable && use.refused();
      fail(again ? new AuthenticationError(refused.message, { cause: refused, retryable: true }) : refused);
    } catch (cause) {
      fail(new ConnectFailedError('network', 'The greeting could not be understood', { cause }));
    }
  };

  const open = ({ url, protocols, headers, credentials }: Provided): void => {
    if (!isWebSocketUrl(url)) {
      fail(new ConnectFailedError('provider', 'The provider of url gave no ws: or wss: url'));
      return;
    }
    if (use.stale) credential.renewed();
    use.adopt();
    const options = { headers, socketOptions: settings.socketOptions, closeTimeout: settings.closeTimeout };
    const factory = settings.webSocketFactory ?? openSocket;
    transport = openTransport(
      { factory, url, protocols, options, closeTimeout: settings.closeTimeout },
      {
        opened: () => {
          if (!protocol.greeting) establish(url);
          else for (const frame of protocol.greeting.open(credentials)) transport?.write(frame);
        },
        frame: (frame) => {
          if (owned) owned.receive(frame);
          else
            for (const message of [codec.decode(frame)].flat() as Message[])
              if (owned) (owned as OwnedSession).dispatch(message);
              else greet(url, message);
        },
        failed: (cause, rejection) => {
          if (rejection)
            fail(
              new HandshakeRejectedError(rejection.status, {
                cause,
                ...optionsOf(verdictOnStatus(rejection.status, rejection.retryAfter)),
              }),
            );
          else if (cause instanceof GatewayError) fail(cause);
          else {
            const code = (cause as { code?: unknown } | undefined)?.code;
            const why = typeof code === 'string' ? `: ${code}` : '';
            fail(new ConnectFailedError('network', `Could not connect to ${publicUrl(url)}${why}`, { cause }));
          }
        },
        closed: (code, reason, wasClean, cause) => {
          if (owned?.link.heard) use.accepted();
          const verdict =
            settings.closeCodes?.(code, reason) ?? protocol.closeCodes?.(code, reason) ?? verdictOnClose(code, reason);
          const end = { code, reason, wasClean };
          if (owned && owned.closing) owned.end({ ...end, by: 'us' });
          else {
            const error = new ConnectionLostError(code, reason, wasClean, { cause, ...optionsOf(verdict) });
            if (owned) owned.end({ ...end, by: 'them', error });
            else fail(error);
          }
        },
        alive: (pong) => owned?.alive(pong),
      },
    );
  };

  counters.attempts++;
  report({ type: 'connecting', session: id });
  if (settings.connectTimeout !== Infinity)
    opening.add(
      timer(settings.connectTimeout).subscribe(() => {
        fail(new ConnectTimeoutError(settings.connectTimeout));
      }),
    );
  opening.add(
    provideAll(settings, { refreshed: use.stale }).subscribe({
      next: open,
      error: (cause: unknown) => {
        fail(new ConnectFailedError('provider', 'A provider of this attempt failed: see the cause', { cause }));
      },
    }),
  );

  return () => {
    if (over) return;
    over = true;
    opening.unsubscribe();
    owned?.end({ code: 1000, reason: '', wasClean: true, by: 'us' });
    transport?.release();
    report({ type: 'released', session: id });
  };
}

export function connect<C extends Contract = Untyped>(config: ConnectConfig<C>): Observable<Session<C>> {
  const settings = checkConnect(config);
  const credential = createCredentialState();
  let generation = 0;
  return new Observable<Session>((subscriber) => attempt(settings, ++generation, credential, subscriber)) as Observable<
    Session<C>
  >;
}
