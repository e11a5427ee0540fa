import { verdictOnStatus } from '../connection/verdictOnStatus.js';
import type { SocketHooks, SocketLike } from '../connection/socketLike.js';
import { HandshakeRejectedError } from '../errors/gatewayErrors.js';
import type { Frame } from '../protocols/protocol.js';
import { isText, wireOf } from '../server/prepareFrame.js';
import { createFakeLine } from './fakeLine.js';

/** A refused attempt: as if nobody listened, or with the HTTP status of an upgrade. */
export interface FakeRefusal {
  readonly status?: number | undefined;
  readonly retryAfter?: string | undefined;
}

/** What the gateway's end hears. */
export interface FakeConnectionHandlers {
  /** An upgrade came: `answer` lets it in, or refuses it, now or later. */
  asked(answer: (refusal?: FakeRefusal) => void): void;
  /** It was let in. */
  opened(): void;
  frame(frame: Frame): void;
  /** The client is gone: after a close handshake, or (1006) without a word. */
  closed(code: number, reason: string): void;
}

/** A connection in memory: the client's socket, and the gateway's end of it. */
export interface FakeConnection {
  readonly socket: SocketLike;
  /** Whether the gateway's end is open. */
  readonly open: boolean;
  /** Sizes of the frames that the gateway wrote and that have not arrived: what a socket that nobody reads holds. */
  readonly bufferedAmount: number;
  write(frame: Frame): void;
  /** Closes from the gateway's side, which hears nothing more; 1006: without a close frame. */
  close(code: number, reason: string): void;
  silence(): void;
  speak(): void;
}

const copyOf = (frame: Frame): Frame => {
  const wire = wireOf(frame);
  // What was prepared for many peers arrives as what it was before.
  if (wire && isText(wire)) return new TextDecoder().decode(frame as Uint8Array);
  // Not `slice`, which on a Buffer copies nothing.
  return typeof frame === 'string' ? frame : Uint8Array.from(frame);
};

/** Connects a socket that is made now; a line's latency later the gateway is asked. `subprotocol` is what the gateway chose. */
export function createFakeConnection(
  latency: number,
  hooks: SocketHooks | undefined,
  on: FakeConnectionHandlers,
  subprotocol = '',
): FakeConnection {
  const up = createFakeLine(latency);
  const down = createFakeLine(latency);
  let readyState = 0;
  let gatewayOpen = false;
  let bufferedAmount = 0;

  const emit = (name: 'onopen' | 'onmessage' | 'onerror' | 'onclose', event: object): void => {
    (socket[name] as ((event: object) => void) | null)?.(event);
  };
  const clientClosed = (code: number, reason: string, wasClean: boolean): void => {
    if (readyState === 3) return;
    readyState = 3;
    down.cut();
    emit('onclose', { code, reason, wasClean });
  };
  const gatewayClosed = (code: number, reason: string): void => {
    if (!gatewayOpen) return;
    gatewayOpen = false;
    on.closed(code, reason);
  };
  const fail = (error: Error): void => {
    emit('onerror', { error });
    clientClosed(1006, '', false);
  };

  const socket: SocketLike = {
    get readyState() {
      return readyState;
    },
    bufferedAmount: 0,
    get protocol() {
      return readyState === 0 ? '' : subprotocol;
    },
    binaryType: 'arraybuffer',
    onopen: null,
    onmessage: null,
    onerror: null,
    onclose: null,
    send: (frame) => {
      if (readyState !== 1) return;
      const copy = copyOf(frame);
      up.put(() => {
        if (gatewayOpen) on.frame(copy);
      });
    },
    ping: () => {
      if (readyState !== 1) return;
      // The gateway's socket answers on its own, as WebSockets do.
      up.put(() => {
        if (gatewayOpen)
          down.put(() => {
            if (readyState === 1) hooks?.alive(true);
          });
      });
    },
    close: (code = 1005, reason = '') => {
      if (readyState >= 2) return;
      if (readyState === 0) {
        // Closed before it was open: the gateway never hears of it, or of its loss.
        socket.terminate?.();
        return;
      }
      readyState = 2;
      up.put(() => {
        const answer = gatewayOpen;
        gatewayClosed(code, reason);
        if (answer)
          down.put(() => {
            clientClosed(code, reason, true);
          });
      });
    },
    terminate: () => {
      if (readyState === 3) return;
      const wasOpen = readyState !== 0;
      readyState = 2;
      down.cut();
      up.put(() => {
        up.cut();
        gatewayClosed(1006, '');
      });
      // As with a real socket, the close event comes on a later turn.
      const event = createFakeLine(0);
      event.put(() => {
        if (wasOpen) clientClosed(1006, '', false);
        else fail(new Error('The socket was closed before it was open'));
      });
    },
  };

  const answer = (refusal?: FakeRefusal): void => {
    if (readyState !== 0) return;
    if (refusal) {
      down.put(() => {
        const { status, retryAfter } = refusal;
        if (status !== undefined)
          hooks?.rejected(verdictOnStatus(status, retryAfter), (options) => new HandshakeRejectedError(status, options));
        fail(Object.assign(new Error('The fake gateway refuses'), status === undefined && { code: 'ECONNREFUSED' }));
      });
      return;
    }
    gatewayOpen = true;
    down.put(() => {
      if (readyState !== 0) return;
      readyState = 1;
      emit('onopen', {});
    });
    on.opened();
  };
  up.put(() => {
    if (readyState === 0) on.asked(answer);
  });

  return {
    socket,
    get open() {
      return gatewayOpen;
    },
    get bufferedAmount() {
      return bufferedAmount;
    },
    write: (frame) => {
      const copy = copyOf(frame);
      const data = typeof copy === 'string' ? copy : copy.buffer;
      bufferedAmount += frame.length;
      down.put(() => {
        bufferedAmount -= frame.length;
        if (readyState === 1) emit('onmessage', { data });
      });
    },
    close: (code, reason) => {
      gatewayOpen = false;
      up.cut();
      down.put(() => {
        clientClosed(code, reason, code !== 1006);
      });
    },
    silence: () => {
      up.silence();
      down.silence();
    },
    speak: () => {
      up.speak();
      down.speak();
    },
  };
}
