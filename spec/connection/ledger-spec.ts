import { expect } from 'chai';
import { defer, map, NEVER, Subscriber } from 'rxjs';
import { connect, request, shareSession } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { fakeGateway, fakeSession } from 'rxgate/testing';
import { createLedger, ledgerOf } from '../../lib/connection/ledger.js';
import { frozenTime, tracing } from '../testing/virtualTime.js';

const settings = { linger: 0, maxWaiting: 10, report: () => undefined };

describe('the ledger', () => {
  frozenTime();

  it('stands on the stream that shareSession returns, under a registered symbol, and on no other', () => {
    const shared$ = fakeSession().session$.pipe(shareSession());
    expect(ledgerOf(shared$)).to.equal((shared$ as unknown as Record<symbol, unknown>)[Symbol.for('rxgate.ledger')]);
    expect(ledgerOf(shared$)).to.have.property('run');
    expect(Object.keys(shared$)).to.not.include('rxgate.ledger');
    expect(ledgerOf(shared$.pipe(map((session) => session)))).to.equal(undefined);
    expect(ledgerOf(NEVER)).to.equal(undefined);
  });

  it('has one run from the first hold to the last release, and then a new one', () => {
    let subscribed = 0;
    const ledger = createLedger(
      defer(() => {
        subscribed++;
        return NEVER;
      }),
      settings,
    );
    const run = ledger.run();
    run?.hold();
    run?.hold();
    run?.release();
    expect(ledger.run()).to.equal(run);
    run?.release();
    expect(ledger.run()).to.not.equal(run);
    expect(subscribed).to.equal(1);
  });

  it('has no run before anybody holds it: nothing is connected', () => {
    const gateway = fakeGateway();
    const source = connect({ url: 'ws://fake', protocol: commandNotify(), webSocketFactory: gateway.webSocketFactory });
    createLedger(source, settings).run();
    expect(gateway.connections).to.equal(0);
  });

  it('looks the session up: a request costs no subscription to the stream', () => {
    const fake = fakeSession();
    let subscribed = 0;
    const shared$ = defer(() => {
      subscribed++;
      return fake.session$;
    }).pipe(shareSession());
    shared$.subscribe();
    const replies: unknown[] = [];
    for (let n = 1; n <= 3; n++) shared$.pipe(request('x')).subscribe((reply) => replies.push(reply));
    for (let id = 1; id <= 3; id++) fake.receive({ kind: 'reply', id, data: id, last: true });
    expect(replies).to.deep.equal([1, 2, 3]);
    expect(subscribed).to.equal(1);
  });

  it('gives consumers the session and its end in the order they came', () => {
    const fake = fakeSession();
    const lines: string[] = [];
    const ledger = createLedger(fake.session$, settings);
    const run = ledger.run();
    for (const name of ['a', 'b']) {
      const { next, error, complete } = tracing(lines)(name);
      run?.sessions(new Subscriber({ next: ({ id }: { id: number }) => next(id), error, complete } as never));
    }
    fake.drop();
    expect(lines).to.deep.equal(['a 1', 'b 1', 'a! connectionLost', 'b! connectionLost']);
    expect(run?.current).to.equal(undefined);
  });
});
