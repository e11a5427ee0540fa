import { commandNotify, type Message } from 'rxgate/protocols';
import type { AnyFrame } from './anyFrame.js';
import { itemsOf } from './itemsOf.js';

/** What a server is to make of frames that come before its peer is let in. */
export interface BeforeLogin {
  /** What the client hears at once, in order. */
  readonly heard: readonly object[];
  /** What the later stages get once it is let in, in order. */
  readonly held: readonly AnyFrame[];
  /** What is dropped and counted as `unauthenticated`. */
  readonly dropped: number;
}

const refusal = { code: 'UNAUTHENTICATED', error: 'log in first' };

/** The line of `login`, as its docstring says it: for frames of which none is a login. */
export function beforeLogin(frames: readonly AnyFrame[], maxHeld: number): BeforeLogin {
  const codec = commandNotify().server!();
  const line: { readonly frame: AnyFrame; readonly message: Message }[] = [];
  const heard: object[] = [];
  let dropped = 0;
  const withdraw = (kind: Message['kind'], id: unknown): void => {
    const index = line.findIndex(({ message }) => message.kind === kind && (message as { id?: unknown }).id === id);
    if (index >= 0) line.splice(index, 1);
  };
  for (const frame of frames.flatMap(itemsOf))
    for (const message of [codec.decode(frame)].flat<(Message | readonly Message[])[]>())
      switch (message.kind) {
        case 'request':
        case 'subscribe':
        case 'send':
        case 'other':
          if (line.length < maxHeld) line.push({ frame, message });
          else if (message.kind === 'request') heard.push({ type: 'ERROR', id: message.id, ...refusal });
          else if (message.kind === 'subscribe') heard.push({ type: 'NACK', id: message.id, ...refusal });
          else dropped++;
          break;
        case 'cancel':
          withdraw('request', message.id);
          break;
        case 'unsubscribe':
          withdraw('subscribe', message.id);
          break;
        case 'malformed':
          heard.push({ type: 'ERROR', code: 'MALFORMED', error: message.error.message });
          break;
        case 'ping': {
          const { type, timestamp } = JSON.parse(typeof frame === 'string' ? frame : Buffer.from(frame).toString()) as {
            type: string;
            timestamp?: unknown;
          };
          heard.push({ type: type === 'ping' ? 'pong' : 'PONG', ...(timestamp != null && { timestamp }) });
          break;
        }
        default:
      }
  return { heard, held: line.map(({ frame }) => frame), dropped };
}
