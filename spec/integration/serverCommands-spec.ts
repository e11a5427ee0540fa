import { expect } from 'chai';
import { firstValueFrom, map, Observable, Subject } from 'rxjs';
import { commands, type Peer } from 'rxgate/server';
import { peerLink } from '../../lib/server/peerLink.js';
import { opened, serving } from '../server/serving.js';
import { cleanUp } from '../support/atTestEnd.js';
import { until } from '../support/until.js';

describe('commands, over real sockets', () => {
  afterEach(cleanUp);

  /** A producer that tells how many subscribe to it. */
  const watched = () => {
    const producer = {
      subscribers: 0,
      values: new Observable<never>(() => {
        producer.subscribers++;
        return () => producer.subscribers--;
      }),
    };
    return producer;
  };

  it('S2: answers 1,000 concurrent requests, each once, without a stack, and keeps nothing of them', async () => {
    const go = new Subject<void>();
    const { client, peers } = await serving({}, (source) =>
      source.pipe(
        commands<Peer>({
          work: (n: number) =>
            go.pipe(
              map(() => {
                if (n % 4 === 3) throw new Error('secret');
                return n;
              }),
            ),
        }),
      ),
    );
    const socket = await opened(client());
    const frames: any[] = [];
    socket.on('message', (data: Buffer) => frames.push(JSON.parse(String(data))));
    for (let n = 0; n < 1_000; n++) socket.send(JSON.stringify({ id: `${n}`, command: 'work', data: n }));
    socket.send('{"type":"ping"}');
    await until(() => frames.length === 1);
    const running = () => peerLink(peers.values[0]!).running?.size;
    expect(running()).to.equal(1_000);
    go.next();
    await until(() => frames.length === 1_001);
    const answers = frames.slice(1);
    expect(new Set(answers.map(({ id }) => id)).size).to.equal(1_000);
    expect(answers.filter(({ type, id, data }) => type === 'RESPONSE' && id === `${data}`)).to.have.length(750);
    const errors = answers.filter(({ type }) => type === 'ERROR').map(({ id, ...rest }) => JSON.stringify(rest));
    expect(errors).to.have.length(250);
    expect([...new Set(errors)]).to.deep.equal(['{"type":"ERROR","code":"INTERNAL_ERROR","error":"the command failed"}']);
    expect([running(), go.observed]).to.deep.equal([0, false]);
  });

  it('S2: unsubscribe the producer in the tick of a cancel, and of a disconnect', async () => {
    const producer = watched();
    const { client, peers } = await serving({}, (source) => source.pipe(commands<Peer>({ wait: () => producer.values })));
    const socket = await opened(client());
    const peer = await peers.value();
    for (const id of ['a', 'b', 'c']) socket.send(JSON.stringify({ id, command: 'wait', stream: id === 'a' }));
    await until(() => producer.subscribers === 3);
    const cancelled = firstValueFrom(peer.messages.pipe(map(({ kind }) => [kind, producer.subscribers])));
    socket.send('{"type":"CANCEL","id":"a"}');
    expect(await cancelled).to.deep.equal(['cancel', 2]);
    const ended = new Promise((resolve) => peer.closed.subscribe(() => process.nextTick(() => resolve(producer.subscribers))));
    socket.terminate();
    expect(await ended).to.equal(0);
    expect(peerLink(peer).running?.size ?? 0).to.equal(0);
  });
});
