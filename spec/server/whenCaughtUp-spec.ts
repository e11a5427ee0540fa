import { expect } from 'chai';
import { isBehind } from '../../lib/server/backlog.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { whenCaughtUp } from '../../lib/server/whenCaughtUp.js';
import { frozenTime } from '../testing/virtualTime.js';
import { fakePeer } from './fakePeer.js';

describe('whenCaughtUp', () => {
  const time = frozenTime();
  const scene = () => {
    const socket = { held: 100_000 };
    const link = peerLink(fakePeer(1, { buffered: () => socket.held }).peer);
    return { socket, link };
  };

  it('calls back in order once the socket holds no more than 64 KiB, with one timer for all who wait', () => {
    const { socket, link } = scene();
    const lines: string[] = [];
    for (const name of ['a', 'b']) whenCaughtUp(link, () => lines.push(name));
    expect(time.timers).to.equal(1);
    time.tick(1_000);
    socket.held = 65_537;
    time.tick(5);
    expect([lines, isBehind(link)]).to.deep.equal([[], true]);
    socket.held = 65_536;
    time.tick(5);
    expect([lines, time.timers, isBehind(link)]).to.deep.equal([['a', 'b'], 0, false]);
  });

  it('lets the next ones wait on when one of them fills the socket again', () => {
    const { socket, link } = scene();
    const lines: string[] = [];
    whenCaughtUp(link, () => {
      lines.push('a');
      socket.held = 70_000;
    });
    whenCaughtUp(link, () => lines.push('b'));
    socket.held = 0;
    time.tick(5);
    expect(lines).to.deep.equal(['a']);
    socket.held = 0;
    time.tick(5);
    expect(lines).to.deep.equal(['a', 'b']);
  });

  it('calls nobody back who unsubscribed, and stops its timer with the last', () => {
    const { socket, link } = scene();
    const lines: string[] = [];
    const waiting = ['a', 'b', 'c'].map((name) => whenCaughtUp(link, () => lines.push(name)));
    waiting[1]?.unsubscribe();
    socket.held = 0;
    time.tick(5);
    expect(lines).to.deep.equal(['a', 'c']);
    socket.held = 70_000;
    const last = whenCaughtUp(link, () => lines.push('d'));
    last.unsubscribe();
    expect(time.timers).to.equal(0);
    expect(lines).to.deep.equal(['a', 'c']);
  });
});
