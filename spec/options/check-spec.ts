import { expect } from 'chai';
import { Subject } from 'rxjs';
import { createCounters } from 'rxgate';
import {
  checkCloseCode,
  checkCount,
  checkCounters,
  checkDuration,
  checkEvents,
  checkFlag,
  checkFunction,
  checkName,
  checkObject,
  checkOneOf,
  checkSignal,
  longestDelay,
} from '../../lib/options/check.js';

type Row = readonly [title: string, check: () => unknown, type: typeof TypeError | typeof RangeError, message: RegExp];

const refuses = (rows: readonly Row[]) => {
  for (const [title, check, type, message] of rows)
    it(`refuses ${title}`, () => {
      let thrown: unknown;
      try {
        check();
      } catch (error) {
        thrown = error;
      }
      // Both are `Error`s, and chai's `throw(TypeError)` would do; but neither is to pass for the other.
      expect((thrown as Error | undefined)?.constructor).to.equal(type);
      expect((thrown as Error).message).to.match(message);
    });
};

describe('option checks', () => {
  describe('checkDuration', () => {
    const check = (value: unknown, bounds?: Parameters<typeof checkDuration>[3]) =>
      checkDuration('connect', 'timeout', value, bounds);

    it('returns what is in range, the ends included', () => {
      for (const value of [0, 0.5, 1, longestDelay]) expect(check(value)).to.equal(value);
      expect(check(Infinity, { infinite: true })).to.equal(Infinity);
      expect(check(5, { min: 5, max: 5 })).to.equal(5);
    });

    refuses([
      ['text', () => check('10'), TypeError, /^connect: timeout must be milliseconds from 0 to 2147483647, not "10"$/],
      ['NaN', () => check(NaN), TypeError, /^connect: timeout must be milliseconds from 0 to 2147483647, not NaN$/],
      ['undefined', () => check(undefined), TypeError, /^connect: timeout .* not undefined$/],
      ['null', () => check(null), TypeError, /^connect: timeout .* not null$/],
      ['a bigint', () => check(1n), TypeError, /^connect: timeout .* not 1$/],
      ['a symbol', () => check(Symbol('s')), TypeError, /^connect: timeout .* not Symbol\(s\)$/],
      ['an object without a text', () => check(Object.create(null)), TypeError, /^connect: timeout .* not object$/],
      ['a function, without quoting it', () => check(() => 'secret'), TypeError, /^connect: timeout .* not function$/],
      ['a negative number', () => check(-1), RangeError, /^connect: timeout must be milliseconds from 0 to 2147483647, not -1$/],
      ['more than a timer keeps', () => check(longestDelay + 1), RangeError, /^connect: timeout .* not 2147483648$/],
      ['Infinity where there must be a limit', () => check(Infinity), RangeError, /^connect: timeout .* not Infinity$/],
      [
        '−Infinity',
        () => check(-Infinity, { infinite: true }),
        RangeError,
        /^connect: timeout .* 2147483647 or Infinity, not -Infinity$/,
      ],
      ['less than the bound', () => check(4, { min: 5 }), RangeError, /^connect: timeout must be milliseconds from 5 to/],
      ['more than the bound', () => check(6, { max: 5 }), RangeError, /^connect: timeout must be milliseconds from 0 to 5,/],
    ]);
  });

  describe('checkCount', () => {
    const check = (value: unknown, bounds?: Parameters<typeof checkCount>[3]) =>
      checkCount('retry', 'maxAttempts', value, bounds);

    it('returns what is in range, the ends included', () => {
      for (const value of [0, 1, Number.MAX_SAFE_INTEGER]) expect(check(value)).to.equal(value);
      expect(check(Infinity, { infinite: true })).to.equal(Infinity);
      expect(check(1, { min: 1, max: 1 })).to.equal(1);
    });

    refuses([
      [
        'a fraction',
        () => check(1.5),
        TypeError,
        /^retry: maxAttempts must be a whole number from 0 to 9007199254740991, not 1\.5$/,
      ],
      [
        'text',
        () => check('1', { infinite: true }),
        TypeError,
        /^retry: maxAttempts must be a whole number from 0 to 9007199254740991 or Infinity, not "1"$/,
      ],
      ['NaN', () => check(NaN), TypeError, /^retry: maxAttempts .* not NaN$/],
      ['Infinity where there must be a limit', () => check(Infinity), TypeError, /^retry: maxAttempts .* not Infinity$/],
      ['−Infinity', () => check(-Infinity, { infinite: true }), TypeError, /^retry: maxAttempts .* not -Infinity$/],
      [
        'a negative number',
        () => check(-1),
        RangeError,
        /^retry: maxAttempts must be a whole number from 0 to 9007199254740991, not -1$/,
      ],
      [
        'less than the bound',
        () => check(0, { min: 1, infinite: true }),
        RangeError,
        /^retry: maxAttempts must be a whole number from 1 to/,
      ],
      [
        'more than the bound',
        () => check(3, { max: 2 }),
        RangeError,
        /^retry: maxAttempts must be a whole number from 0 to 2, not 3$/,
      ],
    ]);
  });

  describe('checkFunction', () => {
    it('returns the function', () => {
      expect(checkFunction('o', 'hook', Math.max)).to.equal(Math.max);
    });

    refuses([
      ['undefined', () => checkFunction('o', 'hook', undefined), TypeError, /^o: hook must be a function, not undefined$/],
      ['text', () => checkFunction('o', 'hook', 'f'), TypeError, /^o: hook must be a function, not "f"$/],
      ['an object', () => checkFunction('o', 'hook', {}), TypeError, /^o: hook must be a function, not object$/],
    ]);
  });

  describe('checkOneOf', () => {
    const check = (value: unknown) => checkOneOf('heartbeat', 'mode', value as 'idle', ['idle', 'peer'] as const);

    it('returns what is allowed', () => {
      expect(check('peer')).to.equal('peer');
    });

    refuses([
      ['another text', () => check('Idle'), TypeError, /^heartbeat: mode must be one of "idle", "peer", not "Idle"$/],
      ['no text', () => check(undefined), TypeError, /^heartbeat: mode must be one of "idle", "peer", not undefined$/],
    ]);
  });

  describe('checkFlag', () => {
    it('returns true and false', () => {
      expect([true, false].map((value) => checkFlag('request', 'stream', value))).to.deep.equal([true, false]);
    });

    const check = (value: unknown) => checkFlag('request', 'stream', value as boolean);
    refuses([
      ['text', () => check('true'), TypeError, /^request: stream must be true or false, not "true"$/],
      ['a number', () => check(1), TypeError, /^request: stream must be true or false, not 1$/],
    ]);
  });

  describe('checkName', () => {
    it('returns the name', () => {
      expect(checkName('topic', 'name', 'bars:AAPL')).to.equal('bars:AAPL');
    });

    refuses([
      ['an empty text', () => checkName('topic', 'name', ''), TypeError, /^topic: name must be a non-empty string, not ""$/],
      ['a number', () => checkName('topic', 'name', 1), TypeError, /^topic: name must be a non-empty string, not 1$/],
    ]);
  });

  describe('checkEvents', () => {
    it('lets an observer pass, and none', () => {
      expect(() => {
        for (const events of [undefined, { next: () => undefined }, new Subject()]) checkEvents('serve', events);
      }).to.not.throw();
    });

    const wanted = /^serve: events must be an observer with next, not /;
    refuses([
      ['a function', () => checkEvents('serve', () => undefined), TypeError, wanted],
      ['an object without next', () => checkEvents('serve', {}), TypeError, wanted],
      ['a next that is no function', () => checkEvents('serve', { next: 1 }), TypeError, wanted],
      ['null', () => checkEvents('serve', null), TypeError, wanted],
    ]);
  });

  describe('checkSignal', () => {
    it('lets a signal pass, and none', () => {
      expect(() => {
        for (const signal of [undefined, new AbortController().signal]) checkSignal('send', signal);
      }).to.not.throw();
    });

    const wanted = /^send: signal must be an AbortSignal, not /;
    refuses([
      ['an object', () => checkSignal('send', {}), TypeError, wanted],
      ['a controller', () => checkSignal('send', new AbortController()), TypeError, wanted],
      ['null', () => checkSignal('send', null), TypeError, wanted],
    ]);
  });

  describe('checkCounters', () => {
    it('lets counters pass', () => {
      expect(() => checkCounters('serve', createCounters())).to.not.throw();
    });

    const wanted = /^serve: counters must be of createCounters\(\), not /;
    const without = (name: string) => ({ ...createCounters(), [name]: undefined });
    refuses([
      ['undefined', () => checkCounters('serve', undefined), TypeError, wanted],
      ['null', () => checkCounters('serve', null), TypeError, wanted],
      ['no rtt', () => checkCounters('serve', without('rtt')), TypeError, wanted],
    ]);
  });

  describe('checkObject', () => {
    it('lets an object pass', () => {
      expect(() => {
        for (const value of [{}, Object.create(null)]) checkObject('connect', 'config', value);
      }).to.not.throw();
    });

    const wanted = /^connect: config must be an object, not /;
    refuses([
      ['undefined', () => checkObject('connect', 'config', undefined), TypeError, wanted],
      ['null', () => checkObject('connect', 'config', null), TypeError, wanted],
      ['true', () => checkObject('connect', 'config', true), TypeError, wanted],
      ['a list', () => checkObject('connect', 'config', []), TypeError, wanted],
      ['a map', () => checkObject('connect', 'config', new Map()), TypeError, wanted],
      ['a function', () => checkObject('connect', 'config', () => undefined), TypeError, wanted],
    ]);
  });

  describe('checkCloseCode', () => {
    const check = (code: unknown, reason: unknown = '') => {
      checkCloseCode('session.close', code, reason);
    };

    it('allows, of all codes, 1000 and 3000–4999', () => {
      const allowed: number[] = [];
      for (let code = 0; code <= 6_000; code++)
        try {
          check(code);
          allowed.push(code);
        } catch (error) {
          expect((error as Error).message).to.equal(`session.close: code must be 1000 or 3000–4999, not ${code}`);
        }
      expect(allowed).to.deep.equal([1_000, ...Array.from({ length: 2_000 }, (_, i) => 3_000 + i)]);
    });

    it('allows a reason of 123 bytes', () => {
      check(1_000, 'x'.repeat(123));
      expect(() => check(1_000, `${'€'.repeat(41)}x`)).to.throw(RangeError);
      expect(() => check(1_000, '€'.repeat(41))).to.not.throw();
    });

    refuses([
      ['a fraction', () => check(3_000.5), RangeError, /^session\.close: code must be 1000 or 3000–4999, not 3000\.5$/],
      ['a code as text', () => check('1000'), RangeError, /^session\.close: code .* not "1000"$/],
      ['no code', () => check(undefined), RangeError, /^session\.close: code .* not undefined$/],
      [
        'a reason that is no text',
        () => check(1_000, 7),
        TypeError,
        /^session\.close: reason must be a string of at most 123 bytes, not 7$/,
      ],
      [
        '124 bytes',
        () => check(1_000, 'x'.repeat(124)),
        RangeError,
        /^session\.close: reason must be a string of at most 123 bytes, not/,
      ],
      ['124 bytes in fewer characters', () => check(1_000, 'é'.repeat(62)), RangeError, /^session\.close: reason .* 123 bytes/],
    ]);
  });
});
