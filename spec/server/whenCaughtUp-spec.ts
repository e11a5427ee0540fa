import { expect } from 'chai';
import { isBehind, longestLook } from '../../lib/server/backlog.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { paceOf, whenCaughtUp } from '../../lib/server/whenCaughtUp.js';
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
    time.tick(longestLook);
    expect([lines, isBehind(link)]).to.deep.equal([[], true]);
    socket.held = 65_536;
    time.tick(5);
    expect([lines, time.timers, isBehind(link)]).to.deep.equal([['a', 'b'], 0, false]);
  });

  it('looks less often at who takes nothing, and as before once something was taken', () => {
    const socket = { held: 100_000, taken: 0 };
    let looks = 0;
    const buffered = () => (looks++, socket.held);
    const link = peerLink(fakePeer(1, { buffered, taken: () => socket.taken }).peer);
    const lines: string[] = [];
    const looksWithin = (ms: number): number => {
      looks = 0;
      time.tick(ms);
      return looks;
    };
    whenCaughtUp(link, () => lines.push('a'));
    const often = looksWithin(400);
    time.tick(1_000);
    expect(looksWithin(400)).to.be.within(1, often / 7);
    socket.taken = 1;
    time.tick(longestLook);
    expect(looksWithin(400)).to.equal(often);
    time.tick(1_000);
    socket.held = 0;
    time.tick(longestLook);
    expect(lines).to.deep.equal(['a']);
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

  describe('paceOf', () => {
    const asking = () => {
      const { socket, link } = scene();
      socket.held = 0;
      const pace = paceOf(link);
      const lines: string[] = [];
      const wait = (name: string) => pace.wait(() => lines.push(name));
      return { socket, pace, lines, wait };
    };

    it('is busy from a question to its answer, and asks the next one then', () => {
      const { pace, lines, wait } = asking();
      expect(pace.busy()).to.equal(false);
      const answered = pace.ask!();
      expect(pace.busy()).to.equal(true);
      for (const name of ['a', 'b']) wait(name);
      answered(() => lines.push('handed on'));
      expect(lines).to.deep.equal(['handed on', 'a']);
      // What was asked for twice is handed on once.
      answered(() => lines.push('again'));
      expect(lines).to.have.length(2);
      pace.ask!()();
      expect([lines, time.timers]).to.deep.equal([['handed on', 'a', 'b'], 0]);
    });

    it('asks nobody after an answer that filled the socket', () => {
      const { socket, pace, lines, wait } = asking();
      const answered = pace.ask!();
      wait('a');
      answered(() => {
        socket.held = 70_000;
      });
      time.tick(100);
      expect(lines).to.deep.equal([]);
      socket.held = 0;
      time.tick(5);
      expect([lines, time.timers]).to.deep.equal([['a'], 0]);
    });

    it('waits a moment for an answer, and not for ever', () => {
      const { pace, lines, wait } = asking();
      pace.ask!();
      wait('a');
      wait('b');
      time.tick(1);
      expect(lines).to.deep.equal(['a']);
      time.tick(1);
      expect(lines).to.deep.equal(['a', 'b']);
      time.tick(2);
      expect([pace.busy(), time.timers]).to.deep.equal([false, 0]);
    });
  });
});
