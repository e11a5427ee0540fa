import type { SocketLike } from 'rxgate';

interface Closing {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** A socket without a network: the test plays the server. */
export interface FakeSocket extends SocketLike {
  readonly url: string;
  readonly sent: readonly unknown[];
  /** Code and reason of each `close()` of the client. */
  readonly closings: readonly (readonly [number | undefined, string | undefined])[];
  open(): void;
  message(body: unknown): void;
  /** An error event. A browser's says nothing of the error. */
  fail(): void;
  /** How often the client dropped the connection. */
  readonly terminations: number;
  terminate(): void;
  end(closing: Closing): void;
}

/** Makes a socket that is connecting. */
export function fakeSocket(url: string): FakeSocket {
  const sent: unknown[] = [];
  const closings: [number | undefined, string | undefined][] = [];
  let readyState = 0;
  let terminations = 0;
  return {
    url,
    sent,
    closings,
    get readyState() {
      return readyState;
    },
    get terminations() {
      return terminations;
    },
    terminate: () => {
      readyState = 2;
      terminations++;
    },
    bufferedAmount: 0,
    protocol: '',
    binaryType: 'blob',
    onopen: null,
    onmessage: null,
    onerror: null,
    onclose: null,
    send: (data) => {
      sent.push(JSON.parse(String(data)));
    },
    close: (code, reason) => {
      readyState = 2;
      closings.push([code, reason]);
    },
    open() {
      readyState = 1;
      this.onopen?.({ type: 'open' } as never);
    },
    message(body) {
      this.onmessage?.({ data: JSON.stringify(body) } as never);
    },
    fail() {
      this.onerror?.({ type: 'error' } as never);
    },
    end(closing) {
      readyState = 3;
      this.onclose?.({ type: 'close', ...closing } as never);
    },
  };
}
