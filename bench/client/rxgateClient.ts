import { firstValueFrom } from 'rxjs';
import { authenticate, connect, drain, heartbeat, request, retryBackoff, shareSession, topic } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import type { BenchClient } from './benchClient.js';

/** The README's pipeline with all its defaults, through its public operators. */
export async function rxgateClient(url: string): Promise<BenchClient> {
  const session$ = connect({ url, protocol: commandNotify() }).pipe(
    authenticate((session) => session.request('POST_LOGIN', {})),
    heartbeat(),
    retryBackoff(),
    shareSession(),
  );
  session$.subscribe();
  await firstValueFrom(session$);
  return {
    request: (command, data, done) => {
      session$.pipe(request(command, data)).subscribe(done);
    },
    subscribe: (name, next) => {
      session$.pipe(topic(name)).subscribe(next);
    },
    close: () => {
      drain(session$).subscribe();
    },
  };
}
