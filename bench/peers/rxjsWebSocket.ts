import { filter, first, map, type Observable, Subject } from 'rxjs';
import { webSocket } from 'rxjs/webSocket';
import { WebSocket } from 'ws';
import type { BenchClient, Peer } from '../client/benchClient.js';

interface Frame {
  readonly type?: string;
  readonly id?: string;
  readonly topic?: string;
  readonly data?: unknown;
}

/** `webSocket()` with `multiplex` for topics, and a filter for each reply: what its documentation shows. */
async function connect(url: string): Promise<BenchClient> {
  const opened = new Subject<void>();
  const subject = webSocket<unknown>({ url, WebSocketCtor: WebSocket as never, openObserver: { next: () => opened.next() } });
  const frames = subject as Observable<Frame>;
  const shared = new Map<string, Observable<unknown>>();
  let lastId = 0;
  const ready = new Promise<void>((resolve) => opened.pipe(first()).subscribe(() => resolve()));
  subject.subscribe({ error: () => {} });
  await ready;
  const request: BenchClient['request'] = (command, data, done) => {
    const id = String(++lastId);
    frames
      .pipe(
        filter((frame) => frame.id === id && frame.type === 'RESPONSE'),
        first(),
        map((frame) => frame.data),
      )
      .subscribe(done);
    subject.next({ id, command, data });
  };
  const topic = (name: string): Observable<unknown> => {
    const id = String(++lastId);
    const source = subject.multiplex(
      () => ({ type: 'SUBSCRIBE', id, topic: name }),
      () => ({ type: 'UNSUBSCRIBE', id, topic: name }),
      (frame) => (frame as Frame).topic === name && (frame as Frame).type === 'NOTIFY',
    );
    return (source as Observable<Frame>).pipe(map((frame) => frame.data));
  };
  await new Promise((resolve) => {
    request('POST_LOGIN', {}, resolve);
  });
  return {
    request,
    subscribe(name, next) {
      // One subject per topic, so that many local subscribers are one on the wire.
      let source = shared.get(name);
      if (!source) {
        const values = new Subject<unknown>();
        topic(name).subscribe(values);
        shared.set(name, (source = values));
      }
      source.subscribe(next);
    },
    close: () => subject.complete(),
  };
}

export const rxjsWebSocket: Peer = { dialect: 'commandNotify', connect };
