import { expect } from 'chai';
import { TestScheduler } from 'rxjs/testing';
import { connect } from '../../lib/connection/connect.js';
import type { SocketLike } from '../../lib/connection/socketLike.js';
import { errorOptionsOf, type Verdict, verdictOnClose } from '../../lib/connection/verdict.js';
import { verdictOnStatus } from '../../lib/connection/verdictOnStatus.js';
import { ConnectionLostError } from '../../lib/errors/gatewayErrors.js';
import { longestDelay } from '../../lib/options/check.js';
import type { Protocol } from '../../lib/protocols/protocol.js';

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const advice = JSON.stringify({ retryAfter: 700, spread: 300 });

/** The documented table once more, by verdict and not by number. What is not named is `retry`. */
const named = {
  close: { final: [1002, 1003, 1007, 1008, 1009, 1010, 4400, 4403, 4409], refresh: [4401], advised: [1013, 4429] },
  status: {
    final: numbers(400, 499).filter((status) => ![401, 408, 425, 429].includes(status)),
    refresh: [401],
    advised: [408, 425, 429, ...numbers(500, 599)],
  },
};
const expected = (of: 'close' | 'status', number: number): Verdict =>
  named[of].final.includes(number) ? 'final' : named[of].refresh.includes(number) ? 'refresh' : 'retry';

describe('the verdict table', () => {
  it('decides on every close code from 1000 to 4999', () => {
    const wrong = numbers(1_000, 4_999).filter((code) => verdictOnClose(code) !== expected('close', code));
    expect(wrong).to.deep.equal([]);
  });

  it('decides on every HTTP status from 100 to 599', () => {
    for (const status of numbers(100, 599)) expect(verdictOnStatus(status), `${status}`).to.equal(expected('status', status));
  });

  it('honours advice on the documented lines and on no other', () => {
    const closes = numbers(1_000, 4_999).filter((code) => typeof verdictOnClose(code, advice) === 'object');
    const statuses = numbers(100, 599).filter((status) => typeof verdictOnStatus(status, '7') === 'object');
    expect(closes).to.deep.equal(named.close.advised);
    expect(statuses).to.deep.equal(named.status.advised);
    for (const code of [1_000, 1_008, 4_401]) expect(verdictOnClose(code, advice)).to.equal(expected('close', code));
    for (const status of [401, 403]) expect(verdictOnStatus(status, '7')).to.equal(expected('status', status));
  });

  it('retries what is no close code and no status', () => {
    for (const number of [0, 999, 5_000, -1, NaN, 1_010.5]) {
      expect(verdictOnClose(number)).to.equal('retry');
      expect(verdictOnStatus(number)).to.equal('retry');
    }
  });
});

describe('advice in a close reason', () => {
  const rows: readonly [string, string, Verdict][] = [
    ['milliseconds', '{"retryAfter":700}', { retryAfter: 700 }],
    ['milliseconds and a spread', advice, { retryAfter: 700, spread: 300 }],
    ['0 ms', '{"retryAfter":0}', { retryAfter: 0 }],
    ['0 ms and a spread', '{"retryAfter":0,"spread":300}', { retryAfter: 0, spread: 300 }],
    ['more than it says', '{"why":"deploy","retryAfter":1.5}', { retryAfter: 1.5 }],
    ['a huge number', '{"retryAfter":1e15,"spread":1e15}', { retryAfter: longestDelay, spread: longestDelay }],
    ['an infinite number', '{"retryAfter":1e999}', { retryAfter: longestDelay }],
    ['a negative number', '{"retryAfter":-1}', 'retry'],
    ['a negative spread', '{"retryAfter":700,"spread":-1}', { retryAfter: 700 }],
    ['a spread in text', '{"retryAfter":700,"spread":"300"}', { retryAfter: 700 }],
    ['a spread alone', '{"spread":300}', 'retry'],
    ['text', '{"retryAfter":"700"}', 'retry'],
    ['null', '{"retryAfter":null}', 'retry'],
    ['nothing', '{}', 'retry'],
    ['JSON null', 'null', 'retry'],
    ['a bare number', '700', 'retry'],
    ['an array', '[700]', 'retry'],
    ['words', 'try again later', 'retry'],
    ['half of a JSON text', '{"retryAfter":700', 'retry'],
    ['an empty reason', '', 'retry'],
    ['a key that is none', '{"__proto__":{"retryAfter":700}}', 'retry'],
  ];
  for (const [name, reason, verdict] of rows)
    it(`is read from ${name}: ${reason}`, () => {
      for (const code of named.close.advised) expect(verdictOnClose(code, reason)).to.deep.equal(verdict);
    });
});

describe('advice in Retry-After', () => {
  // Virtual time: 1970-01-01 00:00:20 GMT.
  const at20s = (header: string | undefined): Verdict => {
    let verdict: Verdict = 'final';
    const rxTest = new TestScheduler(() => true);
    rxTest.run(({ cold }) => cold('20s |').subscribe({ complete: () => (verdict = verdictOnStatus(503, header)) }));
    return verdict;
  };

  const rows: readonly [string, string | undefined, Verdict][] = [
    ['seconds', '7', { retryAfter: 7_000 }],
    ['no seconds', '0', { retryAfter: 0 }],
    ['leading zeros', '007', { retryAfter: 7_000 }],
    ['a huge number', '9'.repeat(400), { retryAfter: longestDelay }],
    ['a date', 'Thu, 01 Jan 1970 00:01:00 GMT', { retryAfter: 40_000 }],
    ['a date that has passed', 'Thu, 01 Jan 1970 00:00:10 GMT', { retryAfter: 0 }],
    ['a date far away', 'Fri, 31 Dec 2100 23:59:59 GMT', { retryAfter: longestDelay }],
    ['a date of the second form', 'Thursday, 01-Jan-70 00:01:00 GMT', { retryAfter: 40_000 }],
    ['a date of the third form, which is GMT too', 'Thu Jan  1 00:01:00 1970', { retryAfter: 40_000 }],
    ['a date that is none', 'Thu, 99 Jan 1970 00:01:00 GMT', 'retry'],
    ['a negative number', '-7', 'retry'],
    ['a fraction', '1.5', 'retry'],
    ['seconds with a unit', '7s', 'retry'],
    ['words that a lenient parser takes for a date', 'soon 2099', 'retry'],
    ['a date of another format', '2099-01-01T00:00:00Z', 'retry'],
    ['JSON', advice, 'retry'],
    ['an empty header', '', 'retry'],
    ['no header', undefined, 'retry'],
  ];
  for (const [name, header, verdict] of rows)
    it(`is read from ${name}: ${header?.slice(0, 40)}`, () => {
      expect(at20s(header)).to.deep.equal(verdict);
    });

  it('does not depend on the time zone', () => {
    const zone = process.env.TZ;
    try {
      for (const TZ of ['America/New_York', 'Asia/Tokyo']) {
        process.env.TZ = TZ;
        expect(new Date(0).getTimezoneOffset()).to.not.equal(0);
        expect(at20s('Thu Jan  1 00:01:00 1970')).to.deep.equal({ retryAfter: 40_000 });
        expect(at20s('Thu, 01 Jan 1970 00:01:00 GMT')).to.deep.equal({ retryAfter: 40_000 });
      }
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });
});

describe('errorOptionsOf', () => {
  const rows: readonly [Verdict, ReturnType<typeof errorOptionsOf>][] = [
    ['retry', { retryable: true, refresh: false }],
    ['final', { retryable: false, refresh: false }],
    ['refresh', { retryable: false, refresh: true }],
    [{ retryAfter: 0 }, { retryable: true, refresh: false, retryAfter: 0 }],
    [
      { retryAfter: 7, spread: 3 },
      { retryable: true, refresh: false, retryAfter: 7, spread: 3 },
    ],
  ];
  for (const [verdict, options] of rows)
    it(`tells an error of ${JSON.stringify(verdict)}`, () => {
      expect(errorOptionsOf(verdict)).to.deep.equal(options);
      const error = new ConnectionLostError(1_006, '', false, errorOptionsOf(verdict));
      const { retryable, refresh, retryAfter, spread } = error;
      expect({ retryable, refresh, retryAfter, spread }).to.deep.equal({ retryAfter: undefined, spread: undefined, ...options });
    });
});

describe('an override of the verdict table', () => {
  type CloseCodes = NonNullable<Protocol['closeCodes']>;

  /** What `connect` errors with when its socket opens and is closed by the other side. */
  const errorAfter = (code: number, reason: string, ofProtocol?: CloseCodes, ofConfig?: CloseCodes): unknown => {
    const socket: SocketLike = {
      readyState: 1,
      bufferedAmount: 0,
      protocol: '',
      binaryType: 'arraybuffer',
      onopen: null,
      onmessage: null,
      onerror: null,
      onclose: null,
      send: () => undefined,
      close: () => undefined,
    };
    const protocol: Protocol = {
      name: 'mute',
      client: () => ({ encode: () => undefined, decode: () => [] }),
      ...(ofProtocol && { closeCodes: ofProtocol }),
    };
    const errors: unknown[] = [];
    connect({ url: 'ws://gw.test', protocol, closeCodes: ofConfig, webSocketFactory: () => socket }).subscribe({
      error: (error: unknown) => errors.push(error),
    });
    socket.onopen?.({} as never);
    socket.onclose?.({ code, reason, wasClean: true } as never);
    expect(errors).to.have.length(1);
    expect(errors[0]).to.be.instanceOf(ConnectionLostError);
    return errors[0];
  };

  it('leaves the table to decide where it says nothing', () => {
    expect(
      errorAfter(
        1_008,
        '',
        () => undefined,
        () => undefined,
      ),
    ).to.include({ code: 1_008, retryable: false });
    expect(errorAfter(1_013, advice)).to.include({ retryable: true, retryAfter: 700, spread: 300 });
  });

  it('may retry what is final, end what is retried, and advise', () => {
    const ofProtocol: CloseCodes = (code) => (code === 1_008 ? 'retry' : code === 1_001 ? 'final' : { retryAfter: 7 });
    expect(errorAfter(1_008, '', ofProtocol)).to.include({ retryable: true });
    expect(errorAfter(1_001, '', ofProtocol)).to.include({ retryable: false });
    expect(errorAfter(1_006, '', ofProtocol)).to.include({ retryable: true, retryAfter: 7 });
  });

  it('hears the code and the reason', () => {
    const ofProtocol: CloseCodes = (code, reason) => (code === 4_000 && reason === 'banned' ? 'final' : undefined);
    expect(errorAfter(4_000, 'banned', ofProtocol)).to.include({ retryable: false });
    expect(errorAfter(4_000, 'other', ofProtocol)).to.include({ retryable: true });
  });

  it("of the application comes before the protocol's", () => {
    const [retry, final]: CloseCodes[] = [() => 'retry', () => 'final'];
    expect(errorAfter(1_006, '', retry, final)).to.include({ retryable: false });
    expect(errorAfter(1_006, '', final, retry)).to.include({ retryable: true });
    expect(errorAfter(1_006, '', final, () => undefined)).to.include({ retryable: false });
  });
});
