import { expect } from 'chai';
import { concatMap, from, take, tap } from 'rxjs';
import { longestLook } from '../../lib/server/backlog.js';
import { broadcast } from '../../lib/server/broadcast.js';
import { slowConsumers } from '../../lib/server/slowConsumers.js';
import { fakePeer } from '../../lib/testing/fakePeer.js';
import { frozenTime, tracing } from '../testing/virtualTime.js';

describe('peer.drained', () => {
  const time = frozenTime();
  const scene = () => {
    const client = fakePeer();
    const lines: string[] = [];
    const fill = (): void => {
      client.stall();
      client.peer.send('fill', 'x'.repeat(70_000));
    };
    const watch = (name = 'drained') => client.peer.drained.subscribe(tracing(lines)(name));
    return { ...client, client, lines, fill, watch };
  };
  const emitted = 'drained undefined';

  it('S9: emits at once where there is room, and each time that there is again', () => {
    const { lines, fill, watch, resume } = scene();
    watch();
    expect(lines).to.deep.equal([emitted]);
    for (let round = 2; round < 4; round++) {
      fill();
      time.tick(1_000);
      expect(lines).to.have.length(round - 1);
      resume();
      time.tick(longestLook);
      expect(lines).to.have.length(round);
    }
    expect(time.timers).to.equal(0);
  });

  it('S9: does not emit while the socket holds more than 64 KiB, or what slowConsumers calls the low watermark', () => {
    const { lines, watch, client } = scene();
    const stage = client.peer$.pipe(slowConsumers({ highWater: 400, lowWater: 100 })).subscribe();
    client.stall();
    broadcast(client.peer, 'a', 'x'.repeat(200));
    expect(client.peer.buffered).to.be.within(200, 300);
    watch();
    expect(lines).to.deep.equal([]);
    client.resume();
    time.tick(5);
    expect(lines).to.deep.equal([emitted]);
    stage.unsubscribe();
  });

  it('S9: lets the next ones wait on when one of them fills the socket again, and gives each its turn', () => {
    const { client, fill, resume } = scene();
    const sent: string[] = [];
    fill();
    for (const name of ['a', 'b', 'c'])
      client.peer.drained.subscribe(() => {
        sent.push(name);
        client.peer.send('page', 'x'.repeat(70_000));
      });
    for (let round = 1; round <= 5; round++) {
      resume();
      client.stall();
      time.tick(5);
      expect(sent).to.have.length(round);
    }
    expect(sent.join('')).to.equal('abcab');
  });

  it('S9: waits for the line of slowConsumers as well, which buffered counts', () => {
    const { lines, watch, client } = scene();
    client.peer$.pipe(slowConsumers({ highWater: 300 })).subscribe();
    client.stall();
    for (let n = 0; n < 4; n++) broadcast(client.peer, 'a', 'x'.repeat(150));
    watch();
    expect(client.peer.buffered).to.be.above(client.peer.bufferedAmount + 150);
    client.resume();
    time.tick(10);
    expect(lines).to.deep.equal([]);
    time.tick(20);
    expect([lines, client.peer.buffered]).to.deep.equal([[emitted], 0]);
  });

  it('paces a producer of the application', () => {
    const { sent, peer, resume, stall } = scene();
    const pages = Array.from({ length: 5 }, (_none, n) => `${n}`.padEnd(40_000, 'x'));
    stall();
    const done: string[] = [];
    from(pages)
      .pipe(
        concatMap((page) =>
          peer.drained.pipe(
            take(1),
            tap(() => peer.send('page', page)),
          ),
        ),
      )
      .subscribe({ complete: () => done.push('done') });
    expect(sent).to.have.length(2);
    resume();
    stall();
    time.tick(5);
    expect([sent.length, done]).to.deep.equal([4, []]);
    resume();
    time.tick(5);
    expect([sent.length, done]).to.deep.equal([5, ['done']]);
    expect(time.timers).to.equal(0);
  });

  it('completes with the peer, also for who comes later, and leaves no timer', () => {
    const { lines, fill, watch, drop } = scene();
    fill();
    watch();
    drop();
    watch('late');
    expect([lines, time.timers]).to.deep.equal([['drained |', 'late |'], 0]);
  });

  it('looks at nobody when nobody watches any more', () => {
    const { lines, fill, watch, resume } = scene();
    const [one, other] = [watch('one'), watch('other')];
    fill();
    one.unsubscribe();
    expect(time.timers).to.equal(1);
    other.unsubscribe();
    expect(time.timers).to.equal(0);
    fill();
    expect(time.timers).to.equal(0);
    resume();
    watch();
    expect(lines).to.deep.equal(['one undefined', 'other undefined', emitted]);
  });
});
