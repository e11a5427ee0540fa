import { expect } from 'chai';
import { timer } from 'rxjs';
import { connect, failover, fixedDelays, retryBackoff } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { fakeGateway } from 'rxgate/testing';
import { virtualTime } from '../testing/virtualTime.js';

const urls = ['ws://a/', 'ws://b/', 'wss://c/'];

describe('failover', () => {
  it('stays with a url that works, and takes the next after a failure, in a ring', () => {
    const ring = failover(urls);
    const taken: string[] = [];
    for (const outcome of ['opened', 'failed', 'failed', 'opened', 'failed', 'opened'] as const) {
      taken.push(ring.next());
      ring.report(outcome);
    }
    expect(taken.map((url) => url.at(-2))).to.deep.equal(['a', 'a', 'b', 'c', 'c', 'a']);
  });

  it('is asked once for each attempt of connect, and told how it went', () => {
    virtualTime(({ flush }) => {
      const gateway = fakeGateway();
      const asked: string[] = [];
      const webSocketFactory: typeof gateway.webSocketFactory = (...args) => {
        asked.push(args[0]);
        return gateway.webSocketFactory(...args);
      };
      gateway.refuse(2);
      const subscription = connect({ url: failover(urls), protocol: commandNotify(), webSocketFactory })
        .pipe(retryBackoff({ strategy: fixedDelays([5]) }))
        .subscribe();
      timer(20).subscribe(() => gateway.drop());
      timer(30).subscribe(() => subscription.unsubscribe());
      flush();
      // Refused by a and b; c is lost after it opened.
      expect(asked.map((url) => new URL(url).host)).to.deep.equal(['a', 'b', 'c', 'a']);
    });
  });

  it('does not move on when the application unsubscribes', () => {
    virtualTime(({ flush }) => {
      const gateway = fakeGateway();
      const ring = failover(urls);
      const subscription = connect({
        url: ring,
        protocol: commandNotify(),
        webSocketFactory: gateway.webSocketFactory,
      }).subscribe();
      timer(5).subscribe(() => subscription.unsubscribe());
      flush();
      expect(ring.next()).to.equal('ws://a/');
    });
  });

  it('keeps the places of two rings apart', () => {
    const [one, two] = [failover(urls), failover(urls)];
    one.report('failed');
    expect([one.next(), two.next()]).to.deep.equal(['ws://b/', 'ws://a/']);
  });

  for (const bad of [[], ['http://a'], ['ws://a', 'x'], 'ws://a', undefined])
    it(`refuses ${JSON.stringify(bad)} at the call`, () => {
      expect(() => failover(bad as string[])).to.throw(TypeError, /^failover: urls/);
    });
});
