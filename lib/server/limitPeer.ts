import { Observable } from 'rxjs';
import { nameOf } from '../connection/codecFrames.js';
import type { Message } from '../protocols/message.js';
import { createCharges } from './charges.js';
import { cutName } from './cutName.js';
import { filterIntake } from './filterIntake.js';
import { hearControlFrames } from './hearControlFrames.js';
import { createHeldMessages } from './heldMessages.js';
import type { Peer } from './peer.js';
import { peerLink } from './peerLink.js';
import type { RateLimitScopes, RateLimitSettings } from './rateLimitConfig.js';
import { refuseMessage } from './refuseMessage.js';
import { sendAway } from './sendAway.js';
import type { Wait } from './takePoints.js';

/** What keeps its order, and waits for the answer of a store. The rest is passed on at once. */
const isOrdered = ({ kind }: Message): boolean =>
  kind === 'request' ||
  kind === 'send' ||
  kind === 'subscribe' ||
  kind === 'notification' ||
  kind === 'ended' ||
  kind === 'other' ||
  kind === 'malformed';

/** What is refused, or dropped. Without the rest, work would go on that nobody wants, or a question of this side stay open. */
const isLost = (message: Message): boolean =>
  (isOrdered(message) && message.kind !== 'ended') || message.kind === 'ping' || message.kind === 'pong';

/** A ping or pong of the WebSocket protocol: answered already. */
const controlFrame: Message = { kind: 'ping' };

/** When a client may try again; nothing is said where that would be in vain. */
const advised = (wait: number): number | undefined => (wait === Infinity ? undefined : wait);

/** Limits the messages of one peer; emits nothing. */
export function limitPeer(peer: Peer, scopes: RateLimitScopes, settings: RateLimitSettings): Observable<never> {
  return new Observable(() => {
    const { maxWaiting, maxBuffered, storeTimeout } = settings;
    const link = peerLink(peer);
    const connection = scopes.connectionKey();
    const charges = createCharges(peer, connection, scopes, settings);
    // The first one is what a store is asked about.
    const line = createHeldMessages(link, maxWaiting + 1, maxBuffered);
    let busy = false;
    let over = false;

    const violate = (message: Message, wait: number): void => {
      const name = nameOf(message);
      const retryAfter = advised(wait);
      link.report({ type: 'limited', session: peer.id, name: name === undefined ? name : cutName(name), retryAfter });
      if (!scopes.violate(connection)) return;
      sendAway(link, 4429, 'violations', retryAfter === undefined ? undefined : { retryAfter, spread: retryAfter });
    };
    const refuse = (message: Message, wait: number): void => {
      const retryAfter = advised(wait);
      refuseMessage(link, message, { code: 'RATE_LIMITED', message: 'too many messages', retryAfter, drop: 'rateLimited' });
      violate(message, wait);
    };
    /** Passes a message on if it is paid for, or must not be lost. */
    const settle = (message: Message, wait: Wait, pass: (message: Message) => void): void => {
      if (wait === undefined) pass(message);
      else if (isLost(message)) refuse(message, wait);
      else {
        pass(message);
        violate(message, wait);
      }
    };
    const settleAtOnce = (message: Message, pass: (message: Message) => void): void => {
      const wait = charges.beside(message, (late) => {
        if (!over && link.open) violate(message, late);
      });
      settle(message, wait, pass);
    };
    const takeOut = filterIntake(link, (message, pass) => {
      const proceed = (): void => {
        busy = true;
        for (let next = line.first; next && link.open; next = line.first) {
          const wait = charges.take(next);
          if (typeof wait === 'object') {
            void wait.then(later(next));
            return;
          }
          line.take();
          settle(next, wait, pass);
        }
        busy = false;
      };
      const later =
        (asked: Message) =>
        (wait: Wait): void => {
          // What a peer asked for that is on its way out is neither done nor answered.
          if (over || !link.open) return;
          // Else it was withdrawn meanwhile.
          if (line.first === asked) {
            line.take();
            settle(asked, wait, pass);
          }
          proceed();
        };

      if (!isOrdered(message)) {
        settleAtOnce(message, (passed) => {
          if (!line.withdraw(passed)) pass(passed);
        });
      } else if (!line.add(message)) settle(message, storeTimeout, pass);
      else if (!busy) proceed();
    });
    const unhear = hearControlFrames(link, () => {
      let passed = false;
      settleAtOnce(controlFrame, () => {
        passed = true;
      });
      return passed;
    });
    return () => {
      over = true;
      unhear();
      takeOut();
      scopes.forget(connection);
    };
  });
}
