import type { AnySession } from '../connection/session.js';
import type { RejectReason } from '../events/gatewayEvent.js';
import { filterIntake } from './filterIntake.js';
import { peerLink } from './peerLink.js';
import { refuseMessage } from './refuseMessage.js';
import { sendAway } from './sendAway.js';

/** How many requests of a peer are at work. */
export const runningOf = (session: AnySession): number => peerLink(session).running?.size ?? 0;

/** No further request begins: who asks is told to try again, which will be elsewhere. Returns what lets them begin again. */
export const refuseRequests = (session: AnySession, message: string, retryAfter: number): (() => void) => {
  const link = peerLink(session);
  link.leaving = (link.leaving ?? 0) + 1;
  const takeOut = filterIntake(link, (asked, pass) => {
    if (asked.kind !== 'request') pass(asked);
    else refuseMessage(link, asked, { code: 'DRAINING', message, retryAfter, drop: 'unhandled' });
  });
  return () => {
    link.leaving = (link.leaving ?? 1) - 1;
    takeOut();
  };
};

/** Closes with 1012: now, or when the last request is answered. Returns what calls that off. */
export const closeWhenIdle = (session: AnySession, reason: RejectReason): (() => void) => {
  const link = peerLink(session);
  const close = (): void => {
    if (session.open) sendAway(link, 1012, reason);
  };
  if (runningOf(session) > 0) link.whenIdle = close;
  else close();
  return () => {
    if (link.whenIdle === close) link.whenIdle = undefined;
  };
};
