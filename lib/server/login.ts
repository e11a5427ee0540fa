import { mergeMap, Observable, of, Subscription, takeUntil, timer } from 'rxjs';
import { checkCount, checkDuration, checkFunction, checkName } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import type { Message, RequestMessage, SendMessage } from '../protocols/message.js';
import { filterIntake } from './filterIntake.js';
import { createHeldMessages } from './heldMessages.js';
import type { Identity } from './identity.js';
import type { Peer } from './peer.js';
import { peerStage, type PeerStage } from './peerStage.js';
import { peerLink } from './peerLink.js';
import { refuseMessage } from './refuseMessage.js';
import { sendAway } from './sendAway.js';
import { tellAnswer } from './tellAnswer.js';
import { type IdentityRefusal, type VerifyIdentity, verifyIdentity } from './verifyIdentity.js';

/** Options of {@link login}. Durations are milliseconds. */
export interface LoginConfig<D = unknown> {
  /** Finds out who it is, from the data of the login. */
  readonly verify: VerifyIdentity<D>;
  /** The command that a client logs in with. Default `'POST_LOGIN'`. */
  readonly command?: string | undefined;
  /** How long a peer may take until it is let in. Default 10 000. */
  readonly timeout?: number | undefined;
  /**
   * How many messages of one peer are held until it is let in; what comes beyond is refused. Default 100.
   */
  readonly maxHeld?: number | undefined;
  /** How many bytes of frames they may have together; one that is larger may wait alone. Default 1 048 576. */
  readonly maxBuffered?: number | undefined;
  /** How many logins of one peer may be refused, or cancelled while they are checked; the last one ends its connection. Default 1. */
  readonly attempts?: number | undefined;
  /** The data of the reply to a login. Default: `user` and `expiresAt` of the identity. */
  readonly reply?: ((identity: Identity) => unknown) | undefined;
  /** When a peer may come back whose credential could not be checked. Default 5 000. */
  readonly retryAfter?: number | undefined;
}

type Settings<D> = { readonly [K in keyof LoginConfig<D>]-?: NonNullable<LoginConfig<D>[K]> };

/** What must not reach a handler before its peer is let in. The rest keeps the connection alive, or answers what `verify` asked of the peer. */
const isHeld = ({ kind }: Message): boolean =>
  kind === 'request' ||
  kind === 'send' ||
  kind === 'subscribe' ||
  kind === 'cancel' ||
  kind === 'unsubscribe' ||
  kind === 'other';

/** Emits the peer once it is let in; then its messages go on. */
function admit<D>(
  peer: Peer,
  { verify, command, timeout, maxHeld, maxBuffered, attempts, reply, retryAfter }: Settings<D>,
): Observable<Peer> {
  return new Observable((subscriber) => {
    const link = peerLink(peer);
    const held = createHeldMessages(link, maxHeld, maxBuffered);
    let left = attempts;
    let verifying: Subscription | undefined;
    let asked: RequestMessage | SendMessage | undefined;
    link.gated = true;

    const failed = (cause: unknown): void => {
      link.report({ type: 'hookFailed', hook: command, cause });
    };
    const sayWelcome = (to: Message, identity: Identity): void => {
      if (to.kind !== 'request') return;
      let data: unknown;
      try {
        data = reply(identity);
      } catch (cause) {
        failed(cause);
      }
      tellAnswer(link, command, { kind: 'reply', id: to.id, data, last: true });
    };
    const sayNo = (to: Message, { close, ...told }: IdentityRefusal): void => {
      const advice = close === 1013 ? { retryAfter: told.retryAfter ?? retryAfter, spread: retryAfter } : undefined;
      if (to.kind === 'request')
        tellAnswer(link, command, { kind: 'failure', id: to.id, ...told, retryAfter: advice?.retryAfter });
      if (!advice && --left > 0) return;
      release();
      sendAway(link, close, 'loginRefused', advice);
    };
    const cancel = (): void => {
      asked = undefined;
      verifying?.unsubscribe();
      // It counts, else a client could begin checks without end. It says nothing about the credential.
      if (--left > 0) return;
      release();
      sendAway(link, 1013, 'loginRefused', { retryAfter, spread: retryAfter });
    };
    const end = (): void => {
      // Silence is the client's; a check that is not done is ours, and says nothing about the credential.
      if (asked) sayNo(asked, { code: 'INTERNAL_ERROR', message: 'the credential could not be checked in time', close: 1013 });
      else {
        release();
        sendAway(link, 4401, 'loginTimeout');
      }
    };
    const check = (message: RequestMessage | SendMessage, pass: (message: Message) => void): void => {
      asked = message;
      verifying = new Subscription();
      verifying.add(
        verifyIdentity(verify, message.data as D, peer, failed).subscribe((outcome) => {
          asked = undefined;
          if ('refusal' in outcome) {
            sayNo(message, outcome.refusal);
            return;
          }
          letIn(outcome.identity, message, pass);
        }),
      );
    };
    const letIn = (identity: Identity, message: Message, pass: (message: Message) => void): void => {
      release();
      link.identity = identity;
      sayWelcome(message, identity);
      link.ready();
      subscriber.next(peer);
      const { inbound } = link;
      for (let next = held.take(); next; next = held.take()) pass(next);
      // Others of the frame with the login may come yet.
      link.inbound = inbound;
      subscriber.complete();
    };
    const takeOut = filterIntake(link, (message, pass) => {
      const named = message.kind === 'request' || message.kind === 'send';
      if (!isHeld(message)) pass(message);
      else if (named && message.command === command) {
        if (!asked) check(message, pass);
        else refuseMessage(link, message, { code: 'LOGIN_PENDING', message: 'a login is under way', drop: 'unauthenticated' });
      } else if (message.kind === 'cancel' && asked?.kind === 'request' && asked.id === message.id) {
        cancel();
      } else if (message.kind === 'cancel' || message.kind === 'unsubscribe') {
        // What is not in line was refused.
        held.withdraw(message);
      } else if (!held.add(message)) {
        refuseMessage(link, message, { code: 'UNAUTHENTICATED', message: 'log in first', drop: 'unauthenticated' });
      }
    });
    const deadline = timer(timeout).subscribe(end);
    const release = (): void => {
      takeOut();
      deadline.unsubscribe();
      verifying?.unsubscribe();
    };
    return release;
  });
}

/**
 * Lets a peer on once its first command proved who it is. No handler of a later stage runs before.
 *
 * Emits each peer when `verify` gave its identity, which is `peer.identity` from then on; one that has an identity from the upgrade is emitted
 * at once. What comes before is held, at most `maxHeld` messages and `maxBuffered` bytes, and goes to the later stages in order after; what does not fit is answered with
 * the error `UNAUTHENTICATED`, or dropped and counted (`unauthenticated`). Pings are answered. A peer counts as ready (the event) when it is let in.
 *
 * A refusal answers the login with an error reply, `UNAUTHENTICATED` unless `verify` says otherwise, and closes with 4401 (4403 if the code is
 * `FORBIDDEN`) after `attempts`. A login that is cancelled counts as one; the last one closes with 1013 and advice. Silence beyond `timeout`
 * closes with 4401. A `verify` that fails, or is not done by then, is reported as `hookFailed` if it threw, is answered as `INTERNAL_ERROR`, and
 * closes with 1013 and advice: that says nothing about the credential. Each such end is an event `rejected`, and ends that peer only.
 *
 * Errors with the source; completes with it, once its peers were let in or have ended. Unsubscribing abandons the checks. After a reconnect a client
 * logs in again. Its side of this is `authenticate`.
 *
 * @example
 * serve(options).pipe(login({ verify: ({ token }: Credentials) => users.byToken(token) }), commands(handlers)).subscribe();
 *
 * @throws TypeError or RangeError at the call, with the name of the option that is invalid.
 */
export function login<D = unknown>(config: LoginConfig<D>): PeerStage {
  const settings = readOptions('login', config, {
    command: [checkName, 'POST_LOGIN'],
    timeout: [checkDuration, 10_000, { min: 1 }],
    maxHeld: [checkCount, 100, {}],
    maxBuffered: [checkCount, 1_048_576, { min: 1 }],
    attempts: [checkCount, 1, { min: 1 }],
    reply: [checkFunction, ({ user, expiresAt }: Identity) => ({ user, expiresAt })],
    retryAfter: [checkDuration, 5_000, {}],
  });
  const verify = checkFunction('login', 'verify', config.verify);
  return peerStage(
    mergeMap((peer) => (peer.identity ? of(peer) : admit(peer, { ...settings, verify }).pipe(takeUntil(peer.closed)))),
  );
}
