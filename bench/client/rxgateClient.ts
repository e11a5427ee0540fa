import { firstValueFrom, skip, Subject } from 'rxjs';
import { protocols, rxgate } from '../rxgate.js';
import type { BenchClient } from './benchClient.js';

const { authenticate, connect, drain, heartbeat, request, retryBackoff, send, shareSession, topic } = rxgate;

/**
 * The README's pipeline with all its defaults, through its public operators. `awake`: it does not sit a backoff out, as after an `online`
 * event of the browser.
 */
export async function rxgateClient(url: string, awake = false): Promise<BenchClient> {
  const online = new Subject<void>();
  const events = {
    next: ({ type }: { readonly type: string }) => {
      if (type === 'retrying') setImmediate(() => online.next());
    },
  };
  const session$ = connect({ url, protocol: protocols.commandNotify() }).pipe(
    authenticate((session) => session.request('POST_LOGIN', {})),
    heartbeat(),
    awake ? retryBackoff({ wake: online, events }) : retryBackoff(),
    shareSession(),
  );
  session$.subscribe();
  await firstValueFrom(session$);
  return {
    request: (command, data, done) => {
      session$.pipe(request(command, data)).subscribe(done);
    },
    patient: (command, data, done) => {
      session$.pipe(request(command, data, { timeout: 60_000 })).subscribe(done);
    },
    subscribe: (name, next) => {
      session$.pipe(topic(name)).subscribe(next);
    },
    async reconnect() {
      const next = firstValueFrom(session$.pipe(skip(1)));
      session$.pipe(send('drop')).subscribe();
      await next;
    },
    close: () => {
      drain(session$).subscribe();
    },
  };
}
