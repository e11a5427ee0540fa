import { firstValueFrom, skip } from 'rxjs';
import { protocols, rxgate } from '../rxgate.js';
import type { BenchClient } from './benchClient.js';

/** The same pipeline in one object. */
export async function createGatewayClient(url: string): Promise<BenchClient> {
  const gateway = rxgate.createGateway({
    url,
    protocol: protocols.commandNotify(),
    authenticate: (session) => session.request('POST_LOGIN', {}),
  });
  gateway.session.subscribe();
  await firstValueFrom(gateway.session);
  return {
    request: (command, data, done) => {
      gateway.request(command, data).subscribe(done);
    },
    patient: (command, data, done) => {
      gateway.request(command, data, { timeout: 60_000 }).subscribe(done);
    },
    subscribe: (name, next) => {
      gateway.topic(name).subscribe(next);
    },
    async reconnect() {
      const next = firstValueFrom(gateway.session.pipe(skip(1)));
      gateway.reconnect();
      await next;
    },
    close: () => void gateway.close(),
  };
}
