import { expect } from 'chai';
import { firstValueFrom, map, type Observable } from 'rxjs';
import { connect, drain, request, send, type Session, shareSession, topic } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { fakeGateway } from 'rxgate/testing';
import { sights } from './pipelines.js';

const outcome = (stream: Observable<unknown>): string => {
  let line = 'nothing';
  stream.subscribe({
    error: (error: unknown) => (line = String((error as { kind?: string }).kind)),
    complete: () => (line = 'complete'),
  });
  return line;
};

describe('a stream that is over in the turn of its subscription', () => {
  for (const [title, see] of sights) {
    it(`settles at once after a drain, ${title}`, async () => {
      const { webSocketFactory } = fakeGateway();
      const session$ = connect({ url: 'ws://fake', protocol: commandNotify(), webSocketFactory }).pipe(shareSession());
      await firstValueFrom(drain(session$));
      const seen = see(session$);
      expect(outcome(seen.pipe(request('x', 1, { timeout: Infinity })))).to.equal('gatewayClosed');
      expect(outcome(seen.pipe(send('x', 1, { timeout: Infinity })))).to.equal('gatewayClosed');
      expect(outcome(seen.pipe(topic('x')))).to.equal('complete');
    });

    it(`settles at once with an error that comes synchronously, ${title}`, () => {
      const url = (): string => {
        throw new Error('no url');
      };
      const failing: Observable<Session> = connect({ url, protocol: commandNotify() });
      const seen = see(title.includes('shared') ? failing.pipe(shareSession()) : failing.pipe(map((session) => session)));
      expect(outcome(seen.pipe(request('x', 1, { timeout: Infinity })))).to.equal('connectFailed');
      expect(outcome(seen.pipe(send('x', 1, { timeout: Infinity })))).to.equal('connectFailed');
      expect(outcome(seen.pipe(topic('x')))).to.equal('connectFailed');
    });
  }
});
