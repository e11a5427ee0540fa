import { expect } from 'chai';
import { map, Observable, Subject, type Subscriber } from 'rxjs';
import { drain, type Session, shareSession } from 'rxgate';
import { fakeSession } from 'rxgate/testing';
import { waitingSend } from '../../lib/connection/waitingSend.js';
import { placeInLedger } from '../../lib/operators/placeInLedger.js';
import { frozenTime, tracing } from '../testing/virtualTime.js';

describe('placeInLedger', () => {
  frozenTime();

  const setting = (connected = true) => {
    const fake = fakeSession();
    const lines: string[] = [];
    const source = new Observable<Session>((subscriber) => {
      lines.push('source');
      subscriber.add(() => lines.push('source left'));
      return connected ? fake.session$.subscribe(subscriber) : undefined;
    });
    const make = (subscriber: Subscriber<unknown>) => {
      lines.push('made');
      return waitingSend('typing', 0, 100, subscriber);
    };
    const place = (on: Observable<Session>, waits = true, signal?: AbortSignal) => placeInLedger(on, waits, signal, make);
    return { ...fake, lines, trace: tracing(lines)('s'), shared$: source.pipe(shareSession()), source, place };
  };

  it('makes one for each subscription, and none before', () => {
    const { place, shared$, lines, trace } = setting();
    shared$.subscribe();
    const placed = place(shared$);
    expect(lines).to.deep.equal(['source']);
    placed.subscribe(trace);
    placed.subscribe(trace);
    expect(lines).to.deep.equal(['source', 'made', 's |', 'made', 's |']);
  });

  it('does not open a shared connection for what fails at once', () => {
    const { place, shared$, lines, trace } = setting(false);
    place(shared$, false).subscribe(trace);
    expect(lines).to.deep.equal(['made', 's! connectionLost']);
  });

  it('holds the shared connection for as long as it waits, and takes its place back when it is left', () => {
    const { place, shared$, lines } = setting(false);
    const subscription = place(shared$).subscribe();
    expect(lines).to.deep.equal(['made', 'source']);
    subscription.unsubscribe();
    expect(lines).to.deep.equal(['made', 'source', 'source left']);
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
    expect(lines).to.deep.equal(['source', 'made', 's |', 'source left']);
    expect(sent).to.deep.equal([{ kind: 'send', command: 'typing', data: 0 }]);
  });

  it('errors with the reason of a signal: aborted before it makes nothing, later it takes its place back', () => {
    const { place, shared$, lines, trace, sent } = setting(false);
    const abort = new AbortController();
    place(shared$, true, abort.signal).subscribe(trace);
    abort.abort('enough');
    expect(lines).to.deep.equal(['made', 'source', 's! enough', 'source left']);
    place(shared$, true, abort.signal).subscribe(trace);
    expect(lines.slice(4)).to.deep.equal(['s! enough']);
    expect(sent).to.deep.equal([]);
  });

  it('fails on a stream that was drained, and makes nothing', () => {
    const { place, shared$, lines, trace } = setting();
    drain(shared$, { deadline: 0 }).subscribe();
    place(shared$).subscribe(trace);
    expect(lines).to.deep.equal(['s! gatewayClosed']);
  });
});
