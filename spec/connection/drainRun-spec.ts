import { expect } from 'chai';
import type { DrainReport } from 'rxgate';
import { fakeSession } from 'rxgate/testing';
import { NEVER, Subscriber } from 'rxjs';
import { drainRun } from '../../lib/connection/drainRun.js';
import { createLedgerRun } from '../../lib/connection/ledgerRun.js';
import { frozenTime } from '../testing/virtualTime.js';

const settings = { linger: 0, maxWaiting: 10, report: () => undefined };
const quiet = { next: () => undefined, error: () => undefined, complete: () => undefined };

describe('drainRun', () => {
  const time = frozenTime();
  const setting = () => {
    const fake = fakeSession();
    const run = createLedgerRun(fake.session$, settings);
    run.sessions(new Subscriber(quiet as never));
    const reports: DrainReport[] = [];
    return { ...fake, run, reports, endOf: () => fake.session.open };
  };

  it('reports at once of a run without a session', () => {
    const types: string[] = [];
    const reports: DrainReport[] = [];
    drainRun(createLedgerRun(NEVER, settings), 10, ({ type }) => types.push(type)).subscribe((report) => reports.push(report));
    expect(reports).to.deep.equal([{ unsent: 0, unanswered: 0, undelivered: 0, forced: false }]);
    expect(types).to.deep.equal(['closing', 'closed']);
  });

  it('waits for what is in flight, and leaves no timer behind', () => {
    const { run, session, receive, reports, endOf } = setting();
    for (const name of ['a', 'b']) session.request(name, 0, { timeout: Infinity }).subscribe(quiet);
    drainRun(run, 1_000, () => undefined).subscribe((report) => reports.push(report));
    receive({ kind: 'reply', id: 1, last: true });
    expect(endOf()).to.equal(true);
    expect(time.timers).to.equal(1);
    receive({ kind: 'reply', id: 2, last: true });
    expect(endOf()).to.equal(false);
    expect(time.timers).to.equal(0);
    expect(reports).to.deep.equal([{ unsent: 0, unanswered: 0, undelivered: 0, forced: false }]);
  });

  it('closes at the deadline, and counts what was not answered', () => {
    const { run, session, reports, endOf } = setting();
    session.request('a', 0, { timeout: Infinity }).subscribe(quiet);
    drainRun(run, 1_000, () => undefined).subscribe((report) => reports.push(report));
    time.tick(999);
    expect(endOf()).to.equal(true);
    time.tick(1);
    expect(endOf()).to.equal(false);
    expect(reports).to.deep.equal([{ unsent: 0, unanswered: 1, undelivered: 0, forced: false }]);
  });

  it('waits for requests that begin meanwhile on the session itself, and for what is left rather than answered', () => {
    const { run, session, receive, reports, endOf } = setting();
    const left = session.request('a', 0, { timeout: Infinity }).subscribe(quiet);
    drainRun(run, 1_000, () => undefined).subscribe((report) => reports.push(report));
    session.request('b', 0, { timeout: Infinity }).subscribe(quiet);
    left.unsubscribe();
    expect(endOf()).to.equal(true);
    receive({ kind: 'failure', id: 2, code: 'NO' });
    expect(endOf()).to.equal(false);
    expect(reports).to.deep.equal([{ unsent: 0, unanswered: 0, undelivered: 0, forced: false }]);
  });
});
