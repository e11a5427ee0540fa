import { RxStomp, RxStompConfig } from '@stomp/rx-stomp';
import { firstValueFrom } from 'rxjs';
import { WebSocket } from 'ws';
import type { BenchClient, Peer } from '../client/benchClient.js';

/** rx-stomp: subscriptions. STOMP has no requests, so those that a workload needs for itself go one at a time. */
async function connect(url: string): Promise<BenchClient> {
  const stomp = new RxStomp();
  const webSocketFactory = (): WebSocket => new WebSocket(url, ['v12.stomp']);
  stomp.configure(
    Object.assign(new RxStompConfig(), { webSocketFactory, reconnectDelay: 1, heartbeatOutgoing: 0, heartbeatIncoming: 0 }),
  );
  stomp.activate();
  await firstValueFrom(stomp.connected$);
  let answered: (data: unknown) => void = () => {};
  stomp.watch('/replies').subscribe(({ body }) => answered(JSON.parse(body)));
  return {
    request(command, data, done) {
      answered = done;
      stomp.publish({ destination: `/command/${command}`, body: JSON.stringify(data) });
    },
    subscribe: (topic, next) => {
      stomp.watch(topic).subscribe(({ body }) => next(JSON.parse(body)));
    },
    close: () => void stomp.deactivate(),
  };
}

const cannot = ['requests', 'sequential', 'heapPending', 'reconnect'];

export const rxStomp: Peer = { dialect: 'stomp', connect, cannot };
