import { expect } from 'chai';
import { AuthenticationError, createCounters, type Session } from 'rxgate';
import { commandNotify, type Greeting, type Protocol } from 'rxgate/protocols';
import type { Carried } from '../../lib/connection/attempt.js';
import { createCredentialState } from '../../lib/connection/credentialState.js';
import { attempting } from '../support/attempting.js';
import type { FakeSocket } from '../support/fakeSocket.js';
import { frozenTime } from '../testing/virtualTime.js';

const native = commandNotify();

describe('attempt, and what a protocol adds to it', () => {
  frozenTime();

  describe('with a protocol that has a word on the url', () => {
    it('connects to what the protocol makes of it; the session shows what the application gave', () => {
      const urls: string[] = [];
      const url = (given: string) => (urls.push(given), `${given}/socket?v=4`);
      const { asked, sessions, socket } = attempting({ url: 'ws://fake/gw', protocol: { ...native, url } });
      socket.open();
      expect(urls).to.deep.equal(['ws://fake/gw']);
      expect(asked[0]?.url).to.equal('ws://fake/gw/socket?v=4');
      expect(sessions[0]?.opened.url).to.equal('ws://fake/gw');
    });

    it('fails where the protocol throws on it', () => {
      const problem = new Error('no such path');
      const url = () => {
        throw problem;
      };
      const { asked, errors } = attempting({ protocol: { ...native, url } });
      expect(asked).to.deep.equal([]);
      expect(errors[0]).to.include({ kind: 'connectFailed', reason: 'network', cause: problem });
    });
  });

  describe('with a greeting that holds messages for the session', () => {
    const holding: Greeting = {
      open: () => [],
      accept: ({ kind }) => (kind === 'notification' ? 'hold' : { opened: 'at last' }),
    };
    const notify = (socket: FakeSocket, n: number) => {
      socket.message({ type: 'NOTIFY', topic: 'a', data: n });
    };
    const heardBy = (sessions: readonly Session[], heard: unknown[]) => {
      sessions[0]?.messages.subscribe((message) => heard.push(message.kind === 'notification' ? message.data : message.kind));
    };

    it('gives them to whoever listens from the beginning, in order, and counts the oldest that are too many', () => {
      const heard: unknown[] = [];
      const { socket, sessions, counters } = attempting({ maxHeld: 2, counters: createCounters() }, holding);
      const push = sessions.push.bind(sessions);
      sessions.push = (...all) => {
        push(...all);
        heardBy(sessions, heard);
        return sessions.length;
      };
      socket.open();
      for (const n of [1, 2, 3, 4]) notify(socket, n);
      expect(heard).to.deep.equal([]);
      expect(counters.drops.heldOverflow).to.equal(2);
      socket.message({ type: 'PONG' });
      expect(heard).to.deep.equal([3, 4]);
      notify(socket, 5);
      expect(heard).to.deep.equal([3, 4, 5]);
    });

    it('drops them with the attempt', () => {
      const { socket, sessions, errors } = attempting({}, holding);
      socket.open();
      notify(socket, 1);
      socket.end({ code: 1006, reason: '', wasClean: false });
      expect(sessions).to.deep.equal([]);
      expect(errors[0]).to.include({ kind: 'connectionLost' });
    });
  });

  describe('with a codec that leaves something for the next session', () => {
    /** A protocol whose sessions leave their number; a greeting in the way if there is one. */
    const leaving = (...greetings: (Greeting | undefined)[]) => {
      const given: unknown[] = [];
      const protocol: Protocol = {
        ...native,
        client: (resume) => {
          const own = given.push(resume);
          let left: unknown;
          return {
            ...native.client(),
            greeting: greetings.shift(),
            decode: () => ((left = `left by ${own}`), []),
            get resume() {
              return left;
            },
          };
        },
      };
      const credential = createCredentialState();
      const carried: Carried = { credential };
      return { given, carried, run: () => attempting({ protocol }, undefined, credential, carried) };
    };
    const end = { code: 1006, reason: '', wasClean: false };
    const refusing: Greeting = { open: () => [], accept: () => ({ refused: new AuthenticationError('no') }) };

    it('gives it to the next codec as it stands when the session is over', () => {
      const { given, run } = leaving();
      for (let attempts = 0; attempts < 3; attempts++) {
        const { socket } = run();
        socket.open();
        // In the last session nothing came.
        if (attempts < 1) socket.message({});
        socket.end(end);
      }
      expect(given).to.deep.equal([undefined, 'left by 1', undefined]);
    });

    it('keeps it over attempts that come to no session', () => {
      const { given, run } = leaving(undefined, refusing);
      const first = run();
      first.socket.open();
      first.socket.message({});
      first.socket.end(end);
      const second = run();
      second.socket.open();
      second.socket.end(end);
      run().socket.end(end);
      run();
      expect(given).to.deep.equal([undefined, 'left by 1', 'left by 1', 'left by 1']);
    });

    it('reads it when the application leaves, too', () => {
      const { given, run } = leaving();
      const { socket, leave } = run();
      socket.open();
      socket.message({});
      leave();
      run();
      expect(given).to.deep.equal([undefined, 'left by 1']);
    });

    it('gives it to one of two attempts that overlap, and none takes the place of a newer one', () => {
      const { given, carried, run } = leaving();
      carried.resume = 'old';
      const [slow, quick] = [run(), run()];
      quick.socket.open();
      quick.socket.message({});
      quick.socket.end(end);
      slow.socket.end(end);
      run();
      expect(given).to.deep.equal(['old', undefined, 'left by 2']);
    });

    it('ends all the same where the codec throws on it', () => {
      const protocol: Protocol = {
        ...native,
        client: () => ({
          ...native.client(),
          get resume(): unknown {
            throw new Error('broken');
          },
        }),
      };
      // An object literal keeps the getter; a spread would have asked it.
      const { socket, lines, errors } = attempting({ protocol });
      socket.open();
      socket.end(end);
      expect(errors[0]).to.include({ kind: 'connectionLost' });
      expect(lines).to.include('hookFailed');
    });
  });

  describe('with a codec that takes leave', () => {
    const protocol: Protocol = { ...native, client: () => ({ ...native.client(), farewell: () => ['"bye"', '"bye bye"'] }) };

    it('sends it before the close, where the application leaves', () => {
      const { socket, leave, lines } = attempting({ protocol });
      socket.open();
      const close = socket.close.bind(socket);
      socket.close = (code, reason) => {
        expect(socket.sent).to.deep.equal(['bye', 'bye bye']);
        close(code, reason);
      };
      leave();
      expect(socket.closings).to.deep.equal([[1000, '']]);
      expect(lines).to.not.include('hookFailed');
    });

    it('sends none where the session was lost, terminated or never there', () => {
      const lost = attempting({ protocol });
      lost.socket.open();
      lost.socket.end({ code: 1006, reason: '', wasClean: false });
      const terminated = attempting({ protocol });
      terminated.socket.open();
      terminated.sessions[0]?.terminate(new AuthenticationError('no'));
      const early = attempting({ protocol });
      early.leave();
      expect([lost, terminated, early].map(({ socket }) => socket.sent)).to.deep.equal([[], [], []]);
    });
  });
});
