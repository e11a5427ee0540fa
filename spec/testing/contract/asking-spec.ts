import { expect } from 'chai';
import { NEVER, type Observable, of, throwError } from 'rxjs';
import { GatewayClosedError } from 'rxgate';
import { echo, endOf, expectRefused, reply } from '../../../lib/testing/contract/asking.js';
import type { Seen } from '../../../lib/testing/contract/clientEnd.js';
import type { Ends } from '../../../lib/testing/contract/scene.js';

const seen = (source: Observable<unknown>): Seen => {
  const values: unknown[] = [];
  let end: Seen['end'];
  source.subscribe({
    next: (value) => values.push(value),
    error: (error: unknown) => (end = error as Error),
    complete: () => (end = 'complete'),
  });
  return { values, end, leave: () => undefined };
};

describe('what cases of requests share', () => {
  it('reply: is the last one unless it says otherwise', () => {
    expect(reply(1, 'a')).to.deep.equal({ kind: 'reply', id: 1, data: 'a', last: true });
    expect(reply('x', 'a', false)).to.deep.equal({ kind: 'reply', id: 'x', data: 'a', last: false });
  });

  it('endOf: is the kind of an error of the family, and the name of another', () => {
    expect(endOf(seen(NEVER))).to.equal(undefined);
    expect(endOf(seen(of(1)))).to.equal('complete');
    expect(endOf(seen(throwError(() => new GatewayClosedError())))).to.equal('gatewayClosed');
    expect(endOf(seen(throwError(() => new TypeError('no'))))).to.equal('TypeError');
  });

  it('expectRefused: throws unless there is an error', () => {
    expectRefused(seen(throwError(() => new TypeError('no'))), 'A request');
    for (const source of [NEVER, of(1)])
      expect(() => {
        expectRefused(seen(source), 'A request');
      }).to.throw('A request was to fail at once, and did not');
  });

  it('echo: throws where the data, the reply or the end is not what it was to be', () => {
    const asking = (heard: unknown, source: Observable<unknown>): Ends =>
      ({ ask: () => ({ seen: seen(source), asked: { id: 1, data: heard } }), gateway: { say: () => undefined } }) as never;
    const run = (heard: unknown, source: Observable<unknown>) => () => {
      echo(asking(heard, source), () => undefined, 'a', 'b');
    };
    run('a', of('b'))();
    expect(run('c', of('b'))).to.throw('The data of the request');
    expect(run('a', of('c'))).to.throw('The replies');
    expect(
      run(
        'a',
        throwError(() => new Error('no')),
      ),
    ).to.throw('The replies');
  });
});
