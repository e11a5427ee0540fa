import { Observable, type OperatorFunction, Subscription } from 'rxjs';
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
  /** What it takes of `maxBuffered`. */
  readonly size: number;
}

const sizeOf = (frames: readonly Frame[]): number => frames.reduce((sum, { length }) => sum + length, 0);

const tooMuch = (command: string, maxBuffered: number): RangeError =>
  new RangeError(`commands: "${command}" gives more than maxBuffered (${maxBuffered} bytes) at once; an async iterable can wait`);

/**
 * Sends the values of a stream as replies, and holds them while the peer is behind. A producer that cannot wait fills what is held: beyond
 * `maxBuffered` bytes of all streams of that peer it is unsubscribed, what it has here is dropped and counted, and this errors with
 * `SLOW_CONSUMER`; or with `TOO_MUCH_AT_ONCE`, also reported as `hookFailed`, where it gave more than that on subscription, before anybody could read.
 * What an iterable was asked for does not count: it is one value at most, since it is asked for no more then.
 *
 * Emits when a value was sent. Ends as the source, after what is held. Unsubscribing drops that: nobody wants it any more.
 */
export const pacedReplies =
  (link: PeerLink, { id, command }: RequestMessage, held: HeldReplies, maxBuffered: number): OperatorFunction<unknown, void> =>
  (source) =>
    new Observable((subscriber) => {
      const line = new Set<Entry>();
      let end: (() => void) | undefined;
      let mine = 0;
      let subscribing = true;

      const send = ({ message, frames }: Entry): void => {
        if (link.open) link.write(message, frames);
        subscriber.next();
      };
      const take = (entry: Entry): void => {
        line.delete(entry);
        held.bytes -= entry.size;
        mine -= entry.size;
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
      const overflow = (atOnce: boolean): void => {
        link.counters.drops.slowConsumer += line.size + 1;
        link.report({ type: 'dropped', session: link.id, reason: 'slowConsumer' });
        // No client can help it: whoever wrote the handler is to know.
        if (atOnce) link.report({ type: 'hookFailed', hook: command, cause: tooMuch(command, maxBuffered) });
        const [code, detail] = atOnce
          ? ['TOO_MUCH_AT_ONCE', 'the stream has more at once than can be held']
          : ['SLOW_CONSUMER', 'the stream is read too slowly'];
        subscriber.error(new RequestFailedError(command, code, undefined, { detail }));
      };
      const next = (data: unknown): void => {
        const message: ReplyMessage = { kind: 'reply', id, data, last: false };
        const frames = framesOf(encodeMessage(link.codec, message));
        if (line.size === 0 && !isBehind(link)) {
          send({ message, frames, size: 0 });
          return;
        }
        const size = line.size === 0 && link.catchUp?.pulled ? 0 : sizeOf(frames);
        // One that is larger than the bound may wait alone: else it would never go out.
        if (size > 0 && held.bytes > 0 && held.bytes + size > maxBuffered) {
          overflow(subscribing && mine + size > maxBuffered);
          return;
        }
        line.add({ message, frames, size });
        held.bytes += size;
        mine += size;
        if (line.size === 1) wait();
      };
      const atEnd = (run: () => void): void => {
        end = run;
        if (line.size === 0) run();
      };
      subscriber.add(clear);
      const release = new Subscription();
      subscriber.add(release);
      new Observable<unknown>((produced) => {
        // An error below may come while the source is being subscribed to, when there would be nothing to unsubscribe from.
        release.add(produced);
        source.subscribe(produced);
      }).subscribe({
        next: (data) => {
          try {
            next(data);
          } catch (error) {
            release.unsubscribe();
            // What cannot be encoded is a failure of the command, which what is held is not to suffer from.
            atEnd(() => {
              subscriber.error(error);
            });
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
      subscribing = false;
    });
