import { defer, mergeMap, type Subscriber, Subscription, tap, timer } from 'rxjs';
import { openSocket } from '#socket';
import {
  AuthenticationError,
  ConnectFailedError,
  ConnectionLostError,
  ConnectTimeoutError,
  GatewayError,
} from '../errors/gatewayErrors.js';
import { createReporter, guarded } from '../events/reporter.js';
import type { Message } from '../protocols/message.js';
import type { GreetingOutcome, HeartbeatDefaults } from '../protocols/protocol.js';
import { decodeFrame } from './codecFrames.js';
import type { ConnectSettings } from './connectConfig.js';
import { createSession } from './createSession.js';
import type { OwnedSession } from './ownedSession.js';
import type { CredentialState } from './credentialState.js';
import { tellRing } from './failover.js';
import { isWebSocketUrl, publicUrl } from './gatewayUrl.js';
import { now } from './now.js';
import { provide } from './provider.js';
import type { Session, SessionEnd } from './session.js';
import type { SocketHooks } from './socketLike.js';
import { tellEnd } from './tellEnd.js';
import { openTransport, type Transport, type TransportHandlers } from './transport.js';
import { errorOptionsOf, verdictOnClose } from './verdict.js';

/** How long a session must stay, in ms, for its credential to be taken for good though nothing was asked on it. */
const staying = 5_000;

type Provided = readonly [
  url: string,
  protocols: string | readonly string[],
  headers: Readonly<Record<string, string>> | undefined,
  credentials: unknown,
];

/** What outlives the attempts of one `connect`. */
export interface Carried {
  readonly credential: CredentialState;
  /** What is done with each session before anybody knows it. */
  readonly prepare?: ((session: Session) => void) | undefined;
  /** What the codec of the last session left, until an attempt takes it. */
  resume?: unknown;
}

const notReached = (url: string, cause: unknown): ConnectFailedError => {
  const { code } = (cause ?? {}) as { code?: unknown };
  const text = `Could not connect to ${url}${typeof code === 'string' ? `: ${code}` : ''}`;
  return new ConnectFailedError('network', text, { cause });
};

/** One attempt: providers, upgrade, greeting, and the session until it ends. Returns what unsubscribing does. */
export function attempt(settings: ConnectSettings, id: number, carried: Carried, subscriber: Subscriber<Session>): () => void {
  const { credential, resume } = carried;
  const { protocol, counters, connectTimeout, closeTimeout, socketOptions, webSocketFactory = openSocket } = settings;
  const { subprotocols = [] } = protocol;
  const providers = [settings.url, settings.protocols ?? subprotocols, settings.headers, settings.credentials];
  const report = createReporter(settings.events);
  const use = credential.begin();
  // Attempts may overlap, and only one of them can go on where a session ended.
  carried.resume = undefined;
  const codec = protocol.client(resume, socketOptions?.maxPayload as number | undefined);
  const opening = new Subscription();
  let transport: Transport | undefined;
  let owned: OwnedSession | undefined;
  let openedAt = 0;
  let over = false;
  /** What came before the session was accepted, and is for it. */
  const held: Message[] = [];

  /** Another credential helps only if a provider can be asked for one, and was not just asked. */
  const canRenew = (): boolean => providers.some((provider) => typeof provider === 'function') && use.refused();
  /** A session that served, or stayed, shows that its credential is good; one that only said why it closes does not. */
  const credit = (): void => {
    if (owned && (owned.served || now() - openedAt >= staying)) use.accepted();
  };

  const conclude = ({ error, by, wasClean }: SessionEnd): void => {
    if (over) return;
    over = true;
    opening.unsubscribe();
    credit();
    if (owned) carried.resume = guarded(report, 'resume', () => codec.resume);
    else carried.resume ??= resume;
    // A session that this side left politely says nothing against its url, and neither does another provider's failure.
    if (error && transport && !(by === 'us' && wasClean)) tellRing(settings.url, 'failed', report);
    tellEnd(subscriber, error);
    // Only now: whoever retries has said so, whatever operators stand between.
    report({ type: 'released', session: id });
  };
  const fail = (error: GatewayError): void => {
    if (over) return;
    transport?.terminate();
    const end = { code: 1006, reason: '', wasClean: false, by: 'them', error } as const;
    report({ type: 'ended', session: id, end });
    conclude(end);
  };

  const establish = (socket: Transport, url: string, answer: unknown, heartbeat: HeartbeatDefaults | undefined): void => {
    opening.unsubscribe();
    const { subprotocol } = socket;
    const opened = { url, subprotocol, ...(answer !== undefined && { greeting: answer }) };
    owned = createSession({ ...settings, id, opened, codec, socket, heartbeat, onEnd: conclude });
    openedAt = now();
    counters.sessions++;
    tellRing(settings.url, 'opened', report);
    // One that `protocols` gave, and not the protocol, may carry a credential: a browser has no other header for it.
    report({ type: 'opened', session: id, url, subprotocol: subprotocols.includes(subprotocol) ? subprotocol : '' });
    carried.prepare?.(owned.session);
    subscriber.next(owned.session);
    if (!owned.gated) owned.ready();
    for (const message of held) owned.dispatch(message);
  };
  const refuse = (error: GatewayError): void => {
    const again = error.kind === 'authentication' && canRenew();
    fail(again ? new AuthenticationError(error.message, { cause: error, retryable: true }) : error);
  };

  const handlersFor = (url: string, credentials: unknown): TransportHandlers => {
    const { greeting } = codec;
    const greet = (step: () => GreetingOutcome, message?: Message): void => {
      // Once the greeting has failed, what came in the same frame is nobody's.
      if (over) return;
      try {
        const outcome = step();
        if (outcome === 'wait') return;
        if (outcome === 'hold') {
          if (held.push(message as Message) > settings.maxHeld && held.shift()) counters.drops.heldOverflow++;
        } else if ('send' in outcome) for (const frame of outcome.send) transport?.write(frame);
        else if ('opened' in outcome) establish(transport as Transport, url, outcome.opened, outcome.heartbeat);
        else refuse(outcome.refused);
      } catch (cause) {
        fail(new ConnectFailedError('network', 'The greeting failed: see the cause', { cause }));
      }
    };
    return {
      opened: () => {
        greet(() => (greeting ? { send: greeting.open(credentials) } : { opened: undefined }));
      },
      frame: (frame, more) => {
        if (owned) owned.receive(frame, more);
        // Once the greeting is over, what came in the same frame belongs to the session.
        else
          for (const message of [decodeFrame(codec, frame)].flat())
            if (owned) (owned as OwnedSession).dispatch(message);
            else greet(() => greeting?.accept(message) ?? 'wait', message);
      },
      failed: (cause) => {
        fail(cause instanceof GatewayError ? cause : notReached(url, cause));
      },
      closed: (code, reason, wasClean, cause) => {
        credit();
        const end = { code, reason, wasClean, by: 'us' } as const;
        if (owned?.closing) {
          owned.end(end);
          return;
        }
        const verdict =
          guarded(report, 'closeCodes', () => settings.closeCodes?.(code, reason) ?? protocol.closeCodes?.(code, reason)) ??
          verdictOnClose(code, reason);
        const error = new ConnectionLostError(code, reason, wasClean, { cause, ...errorOptionsOf(verdict, canRenew) });
        if (owned) owned.end({ ...end, by: 'them', error });
        else fail(error);
      },
    };
  };

  const hooks: SocketHooks = {
    rejected: (verdict, errorWith) => {
      fail(errorWith(errorOptionsOf(verdict, canRenew)));
    },
    alive: (pong) => {
      if (transport?.open) owned?.heard(pong);
    },
  };
  const open = ([url, protocols, headers, credentials]: Provided): void => {
    if (!isWebSocketUrl(url)) {
      fail(new ConnectFailedError('provider', 'url must be a ws: or wss: url'));
      return;
    }
    if (use.stale) credential.renewed();
    use.adopt();
    const options = { headers, socketOptions, closeTimeout };
    const openWith = () => webSocketFactory(protocol.url?.(url) ?? url, [protocols].flat(), options, hooks);
    transport = openTransport(openWith, closeTimeout, handlersFor(publicUrl(url), credentials));
  };

  counters.attempts++;
  report({ type: 'connecting', session: id });
  if (connectTimeout < Infinity)
    opening.add(
      timer(connectTimeout).subscribe(() => {
        fail(new ConnectTimeoutError(connectTimeout));
      }),
    );
  // Not by `forkJoin`: a page would have it for this alone.
  const given: unknown[] = [];
  opening.add(
    defer(() => providers)
      .pipe(
        mergeMap((provider, index) => provide(provider, { refreshed: use.stale }).pipe(tap((value) => (given[index] = value)))),
      )
      .subscribe({
        complete: () => {
          open(given as unknown as Provided);
        },
        error: (cause: unknown) => {
          fail(new ConnectFailedError('provider', 'A provider failed: see the cause', { cause }));
        },
      }),
  );

  return () => {
    const end = { code: 1000, reason: '', wasClean: true, by: 'us' } as const;
    owned?.end(end);
    conclude(end);
    transport?.release();
  };
}
