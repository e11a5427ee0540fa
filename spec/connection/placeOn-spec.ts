import { expect } from 'chai';
import { map, Observable, Subject } from 'rxjs';
import { drain, type Session, shareSession } from 'rxgate';
import { fakeSession } from 'rxgate/testing';
import { placeOn } from '../../lib/connection/placeOn.js';
import { requestSpec } from '../../lib/connection/requestSpec.js';
import { frozenTime, tracing } from '../testing/virtualTime.js';

describe('placeOn', () => {
  frozenTime();

  const setting = (connected = true) => {
    const fake = fakeSession();
    const lines: string[] = [];
    const source = new Observable<Session>((subscriber) => {
      lines.push('source');
      subscriber.add(() => lines.push('source left'));
      return connected ? fake.session$.subscribe(subscriber) : undefined;
    });
    const place = (on: Observable<Session>, waits = true, signal?: AbortSignal) =>
      on.pipe(placeOn(requestSpec('send', 'typing', 0, { timeout: 100, whileDisconnected: waits ? 'wait' : 'fail', signal })));
    return { ...fake, lines, trace: tracing(lines)('s'), shared$: source.pipe(shareSession()), source, place };
  };

  it('sends for each subscription, and not before', () => {
    const { place, shared$, lines, trace } = setting();
    shared$.subscribe();
    const placed = place(shared$);
    expect(lines).to.deep.equal(['source']);
    placed.subscribe(trace);
    placed.subscribe(trace);
    expect(lines).to.deep.equal(['source', 's |', 's |']);
  });

  it('does not open a shared connection for what fails at once', () => {
    const { place, shared$, lines, trace } = setting(false);
    place(shared$, false).subscribe(trace);
    expect(lines).to.deep.equal(['s! connectionLost']);
  });

  it('holds the shared connection for as long as it waits, and takes its place back when it is left', () => {
    const { place, shared$, lines } = setting(false);
    const subscription = place(shared$).subscribe();
    expect(lines).to.deep.equal(['source']);
    subscription.unsubscribe();
    expect(lines).to.deep.equal(['source', 'source left']);
  });

  it('takes only its own place back where others hold the connection', () => {
    const { place, session, sent } = setting();
    const sessions = new Subject<Session>();
    const shared$ = sessions.pipe(shareSession());
    shared$.subscribe();
    place(shared$).subscribe().unsubscribe();
    place(shared$).subscribe();
    sessions.next(session);
    expect(sent).to.have.length(1);
  });

  it('subscribes to a stream whose ledger is out of sight, sends there, and leaves it', () => {
    const { place, source, lines, trace, sent } = setting();
    place(source.pipe(map((session) => session)), false).subscribe(trace);
    expect(lines).to.deep.equal(['source', 's |', 'source left']);
    expect(sent).to.deep.equal([{ kind: 'send', command: 'typing', data: 0 }]);
  });

  it('errors with the reason of a signal: aborted before it changes nothing, later it takes its place back', () => {
    const { place, shared$, lines, trace, sent } = setting(false);
    const abort = new AbortController();
    place(shared$, true, abort.signal).subscribe(trace);
    abort.abort('enough');
    expect(lines).to.deep.equal(['source', 's! enough', 'source left']);
    place(shared$, true, abort.signal).subscribe(trace);
    expect(lines.slice(3)).to.deep.equal(['s! enough']);
    expect(sent).to.deep.equal([]);
  });

  it('fails on a stream that was drained', () => {
    const { place, shared$, lines, trace } = setting();
    drain(shared$, { deadline: 0 }).subscribe();
    place(shared$).subscribe(trace);
    expect(lines).to.deep.equal(['s! gatewayClosed']);
  });
});
