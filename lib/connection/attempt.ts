import { asyncScheduler, type Subscriber, Subscription, timer } from 'rxjs';
import { openSocket } from '#socket';
import { ConnectFailedError, ConnectTimeoutError, type GatewayError } from '../errors/gatewayErrors.js';
import { createReporter } from '../events/reporter.js';
import type { Message } from '../protocols/message.js';
import { createAttemptErrors } from './attemptErrors.js';
import { decodeFrame } from './codecFrames.js';
import type { ConnectSettings } from './connectConfig.js';
import { createSession, type OwnedSession } from './createSession.js';
import type { CredentialState } from './credentialState.js';
import { isWebSocketUrl, publicUrl } from './gatewayUrl.js';
import { failoverOf, type Provided, provideAll } from './provideAll.js';
import type { Session, SessionEnd } from './session.js';
import { openTransport, type Transport, type TransportHandlers } from './transport.js';

/** How long a session must stay, in ms, for its credential to be taken for good though nothing was asked on it. */
const staying = 5_000;

/** One attempt: providers, upgrade, greeting, and the session until it ends. Returns what unsubscribing does. */
export function attempt(
  settings: ConnectSettings,
  id: number,
  credential: CredentialState,
  subscriber: Subscriber<Session>,
): () => void {
  const { protocol, counters, connectTimeout, closeTimeout, socketOptions, webSocketFactory = openSocket } = settings;
  const report = createReporter(settings.events);
  const use = credential.begin();
  const errors = createAttemptErrors(settings, use);
  const ring = failoverOf(settings.url);
  const codec = protocol.client();
  const opening = new Subscription();
  let transport: Transport | undefined;
  let owned: OwnedSession | undefined;
  let openedAt = 0;
  let over = false;

  /** The application may have written the ring. */
  const tellRing = (outcome: 'opened' | 'failed'): void => {
    try {
      ring?.report(outcome);
    } catch (cause) {
      report({ type: 'hookFailed', hook: 'failover', cause });
    }
  };

  /** A session that served, or stayed, shows that its credential is good; one that only said why it closes does not. */
  const credit = (): void => {
    if (owned && (owned.served || asyncScheduler.now() - openedAt >= staying)) use.accepted();
  };

  const conclude = ({ error, by, wasClean }: SessionEnd): void => {
    if (over) return;
    over = true;
    opening.unsubscribe();
    credit();
    // A session that this side left politely says nothing against its url, and neither does another provider's failure.
    if (error && transport && !(by === 'us' && wasClean)) tellRing('failed');
    if (error) subscriber.error(error);
    else subscriber.complete();
    // Only now: whoever retries has said so, whatever operators stand between.
    report({ type: 'released', session: id });
  };
  const fail = (error: GatewayError): void => {
    if (over) return;
    transport?.terminate();
    const end: SessionEnd = { code: 1006, reason: '', wasClean: false, by: 'them', error };
    report({ type: 'ended', session: id, end });
    conclude(end);
  };

  const establish = (socket: Transport, url: string, greeting?: unknown): void => {
    opening.unsubscribe();
    const opened = { url: publicUrl(url), subprotocol: socket.subprotocol, ...(greeting !== undefined && { greeting }) };
    owned = createSession({ ...settings, id, opened, codec, socket, onEnd: conclude });
    openedAt = asyncScheduler.now();
    counters.sessions++;
    tellRing('opened');
    // One that `protocols` gave, and not the protocol, may carry a credential: a browser has no other header for it.
    const subprotocol = protocol.subprotocols?.includes(opened.subprotocol) ? opened.subprotocol : '';
    report({ type: 'opened', session: id, url: opened.url, subprotocol });
    subscriber.next(owned.session);
    if (!owned.gated) owned.ready();
  };
  /** Once the greeting is over, what came in the same frame belongs to the session. */
  const greet = (socket: Transport, url: string, message: Message): void => {
    if (over) return;
    if (owned) {
      owned.dispatch(message);
      return;
    }
    try {
      const outcome = protocol.greeting?.accept(message) ?? 'wait';
      if (outcome === 'wait') return;
      if ('opened' in outcome) establish(socket, url, outcome.opened);
      else fail(errors.refused(outcome.refused));
    } catch (cause) {
      fail(new ConnectFailedError('network', 'The greeting could not be understood: see the cause', { cause }));
    }
  };

  const handlersFor = (url: string, credentials: unknown): TransportHandlers => ({
    opened(socket) {
      if (!protocol.greeting) {
        establish(socket, url);
        return;
      }
      try {
        for (const frame of protocol.greeting.open(credentials)) socket.write(frame);
      } catch (cause) {
        fail(new ConnectFailedError('network', 'The greeting could not be sent: see the cause', { cause }));
      }
    },
    frame(frame, socket) {
      if (owned) owned.receive(frame);
      else {
        const decoded = decodeFrame(codec, frame);
        for (const message of 'kind' in decoded ? [decoded] : decoded) greet(socket, url, message);
      }
    },
    failed(cause, rejection) {
      fail(errors.failed(url, cause, rejection));
    },
    closed(code, reason, wasClean, cause) {
      credit();
      const end = { code, reason, wasClean };
      if (owned?.closing) owned.end({ ...end, by: 'us' });
      else if (owned) owned.end({ ...end, by: 'them', error: errors.lost(code, reason, wasClean, cause) });
      else fail(errors.lost(code, reason, wasClean, cause));
    },
    alive(pong) {
      owned?.heard(pong);
    },
  });
  const open = ({ url, protocols, headers, credentials }: Provided): void => {
    if (!isWebSocketUrl(url)) {
      fail(new ConnectFailedError('provider', 'The provider of url gave no ws: or wss: url'));
      return;
    }
    if (use.stale) credential.renewed();
    use.adopt();
    const setup = { factory: webSocketFactory, url, protocols, options: { headers, socketOptions, closeTimeout }, closeTimeout };
    transport = openTransport(setup, handlersFor(url, credentials));
  };

  counters.attempts++;
  report({ type: 'connecting', session: id });
  if (connectTimeout !== Infinity)
    opening.add(
      timer(connectTimeout).subscribe(() => {
        fail(new ConnectTimeoutError(connectTimeout));
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
    credit();
    owned?.end({ code: 1000, reason: '', wasClean: true, by: 'us' });
    transport?.release();
    report({ type: 'released', session: id });
  };
}
