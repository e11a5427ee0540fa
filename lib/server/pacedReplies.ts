import { Observable, type OperatorFunction } from 'rxjs';
import { encodeMessage, framesOf } from '../connection/codecFrames.js';
import { RequestFailedError } from '../errors/gatewayErrors.js';
import type { ReplyMessage, RequestMessage } from '../protocols/message.js';
import type { Frame } from '../protocols/protocol.js';
import { isBehind } from './backlog.js';
import type { PeerLink } from './peerLink.js';
import { whenCaughtUp } from './whenCaughtUp.js';

/** What the streams of one peer hold together. */
export interface HeldReplies {
  bytes: number;
}

interface Entry {
  readonly message: ReplyMessage;
  readonly frames: readonly Frame[];
  readonly size: number;
}

/**
 * Sends the values of a stream as replies, and holds them while the peer is behind. A producer that cannot wait fills what is held: beyond
 * `maxBuffered` bytes of all streams of that peer it is unsubscribed, what it has here is dropped and counted, and this errors with
 * `SLOW_CONSUMER`.
 *
 * Emits when a value was sent. Ends as the source, after what is held. Unsubscribing drops that: nobody wants it any more.
 */
export const pacedReplies =
  (link: PeerLink, { id, command }: RequestMessage, held: HeldReplies, maxBuffered: number): OperatorFunction<unknown, void> =>
  (source) =>
    new Observable((subscriber) => {
      const line = new Set<Entry>();
      let end: (() => void) | undefined;

      const send = ({ message, frames }: Entry): void => {
        if (link.open) link.write(message, frames);
        subscriber.next();
      };
      const take = (entry: Entry): void => {
        line.delete(entry);
        held.bytes -= entry.size;
      };
      const clear = (): void => {
        for (const entry of line) take(entry);
      };
      const wait = (): void => {
        subscriber.add(whenCaughtUp(link, flow));
      };
      const flow = (): void => {
        for (const entry of line) {
          if (subscriber.closed) return;
          if (isBehind(link)) {
            wait();
            return;
          }
          take(entry);
          send(entry);
        }
        end?.();
      };
      const overflow = (): void => {
        link.counters.drops.slowConsumer += line.size + 1;
        link.report({ type: 'dropped', session: link.id, reason: 'slowConsumer' });
        subscriber.error(
          new RequestFailedError(command, 'SLOW_CONSUMER', undefined, { detail: 'the stream is read too slowly' }),
        );
      };
      const next = (data: unknown): void => {
        const message: ReplyMessage = { kind: 'reply', id, data, last: false };
        const frames = framesOf(encodeMessage(link.codec, message));
        const size = frames.reduce((sum, { length }) => sum + length, 0);
        const entry = { message, frames, size };
        if (line.size === 0 && !isBehind(link)) {
          send(entry);
          return;
        }
        // One that is larger than the bound may wait alone: else it would never go out.
        if (held.bytes > 0 && held.bytes + size > maxBuffered) {
          overflow();
          return;
        }
        line.add(entry);
        held.bytes += size;
        if (line.size === 1) wait();
      };
      const atEnd = (run: () => void): void => {
        end = run;
        if (line.size === 0) run();
      };
      subscriber.add(clear);
      new Observable<unknown>((produced) => {
        // An error below may come while the source is being subscribed to, when there would be nothing to unsubscribe from.
        subscriber.add(produced);
        source.subscribe(produced);
      }).subscribe({
        next: (data) => {
          try {
            next(data);
          } catch (error) {
            // What cannot be encoded is a failure of the command.
            subscriber.error(error);
          }
        },
        error: (error: unknown) => {
          atEnd(() => {
            subscriber.error(error);
          });
        },
        complete: () => {
          atEnd(() => {
            subscriber.complete();
          });
        },
      });
    });
