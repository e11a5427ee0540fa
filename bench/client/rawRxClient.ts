import { Observable, Subject, type Subscriber } from 'rxjs';
import { WebSocket } from 'ws';
import type { BenchClient } from './benchClient.js';

/** The least that Rx costs: `rawClient.ts` with one Observable per request and one Subject per topic. */
export function rawRxClient(url: string): Promise<BenchClient> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    const pending = new Map<string, Subscriber<unknown>>();
    const subjects = new Map<string, Subject<unknown>>();
    let lastId = 0;
    socket.on('error', reject);
    socket.on('message', (frame: Buffer) => {
      const message = JSON.parse(frame.toString()) as { type: string; id: string; topic: string; data: unknown };
      if (message.type === 'RESPONSE') {
        const subscriber = pending.get(message.id);
        pending.delete(message.id);
        subscriber?.next(message.data);
        subscriber?.complete();
      } else if (message.type === 'NOTIFY') subjects.get(message.topic)?.next(message.data);
    });
    const request = (command: string, data: unknown): Observable<unknown> =>
      new Observable((subscriber) => {
        const id = String(++lastId);
        pending.set(id, subscriber);
        socket.send(JSON.stringify({ id, command, data }));
        return () => {
          pending.delete(id);
        };
      });
    const topic = (name: string): Observable<unknown> => {
      let subject = subjects.get(name);
      if (!subject) {
        subject = new Subject();
        subjects.set(name, subject);
        socket.send(JSON.stringify({ type: 'SUBSCRIBE', id: String(++lastId), topic: name }));
      }
      return subject;
    };
    const client: BenchClient = {
      request: (command, data, done) => {
        request(command, data).subscribe(done);
      },
      subscribe: (name, next) => {
        topic(name).subscribe(next);
      },
      close: () => {
        socket.close();
      },
    };
    socket.on('open', () => {
      request('POST_LOGIN', {}).subscribe(() => {
        resolve(client);
      });
    });
  });
}
