import { expect } from 'chai';
import { of, Subject } from 'rxjs';
import { createCounters } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { checkConnect, type ConnectConfig } from '../../lib/connection/connectConfig.js';

const good: ConnectConfig = { url: 'ws://fake', protocol: commandNotify() };
const check = (change: object) => checkConnect({ ...good, ...change });

describe('checkConnect', () => {
  const wrong: readonly (readonly [name: string, value: unknown, Wrong: typeof TypeError | typeof RangeError])[] = [
    ['url', 'http://fake', TypeError],
    ['url', '', TypeError],
    ['url', undefined, TypeError],
    ['url', null, TypeError],
    ['url', 7, TypeError],
    ['url', {}, TypeError],
    ['url', new URL('ws://fake'), TypeError],
    ['url', ['ws://fake'], TypeError],
    ['protocols', 'a b', TypeError],
    ['protocols', '', TypeError],
    ['protocols', ['a', 'a'], TypeError],
    ['protocols', ['a', 'b,c'], TypeError],
    ['protocols', [1], TypeError],
    ['protocols', 5, TypeError],
    ['protocols', null, TypeError],
    ['protocols', { 0: 'a' }, TypeError],
    ['headers', 'x', TypeError],
    ['headers', null, TypeError],
    ['headers', ['x'], TypeError],
    ['headers', new Headers({ a: 'x' }), TypeError],
    ['headers', { 'a b': 'x' }, TypeError],
    ['headers', { '': 'x' }, TypeError],
    ['headers', { a: 'x\r\nb: y' }, TypeError],
    ['headers', { a: 'x\ny' }, TypeError],
    ['headers', { a: '\0' }, TypeError],
    ['headers', { a: '\x7f' }, TypeError],
    ['headers', { a: '€' }, TypeError],
    ['headers', { a: 5 }, TypeError],
    ['headers', { a: undefined }, TypeError],
    ['socketOptions', 5, TypeError],
    ['socketOptions', null, TypeError],
    ['events', (): void => undefined, TypeError],
    ['events', {}, TypeError],
    ['counters', {}, TypeError],
    ['counters', null, TypeError],
    ['clock', null, TypeError],
    ['protocol', undefined, TypeError],
    ['protocol', null, TypeError],
    ['protocol', commandNotify, TypeError],
    ['protocol', { name: 'x', client: 'x' }, TypeError],
    ['closeCodes', { 4000: 'final' }, TypeError],
    ['webSocketFactory', 'ws', TypeError],
    ['clock', 5, TypeError],
    ['connectTimeout', 0, RangeError],
    ['connectTimeout', '1s', TypeError],
    ['connectTimeout', NaN, TypeError],
    ['closeTimeout', -1, RangeError],
    ['closeTimeout', Infinity, RangeError],
    ['confirmTimeout', 0, RangeError],
    ['confirmTimeout', 2 ** 31, RangeError],
    ['maxHeld', -1, RangeError],
    ['maxHeld', 0.5, TypeError],
    ['maxHeld', Infinity, TypeError],
  ];
  for (const [name, value, Wrong] of wrong)
    it(`throws a ${Wrong.name} that names ${name} for ${typeof value === 'function' ? 'a function' : JSON.stringify(value)}`, () => {
      expect(() => check({ [name]: value })).to.throw(Wrong, new RegExp(`^connect: ${name} must be `));
    });

  for (const change of [
    { url: 'http://fake/?token=secret' },
    { protocols: 'the secret' },
    { headers: 'secret' },
    { headers: { a: 'secret\n' } },
  ])
    it(`does not quote ${Object.keys(change).join()} that is wrong: it may hold a token (${JSON.stringify(change)})`, () => {
      expect(() => check(change)).to.throw(/^(?!.*secret)/);
    });

  for (const config of [undefined, null, 'ws://fake'])
    it(`throws a TypeError that names connect for ${String(config)}`, () => {
      expect(() => checkConnect(config as never)).to.throw(TypeError, /^connect: options must be an object/);
    });

  const taken: readonly (readonly [what: string, change: object])[] = [
    ['a subprotocol', { protocols: "a.b-c!#$%&'*+^_`|~9" }],
    ['subprotocols', { protocols: ['a', 'A', 'b'] }],
    ['no subprotocols', { protocols: [] }],
    ['headers', { headers: { 'X-Token': 'a\tb é', empty: '' } }],
    ['no headers', { headers: Object.create(null) }],
    ['an observer that is a subject', { events: new Subject() }],
    ['options of a socket', { socketOptions: {} }],
    ['a promise of a url', { url: Promise.resolve('nonsense') }],
    ['an observable of a url', { url: of('nonsense') }],
    ['functions whose values are wrong', { url: () => 5, protocols: () => 'a b', headers: () => 'x' }],
    ['promises of what is wrong', { protocols: Promise.resolve('a b'), headers: Promise.resolve('x') }],
    ['observables of what is wrong', { protocols: of('a b'), headers: of('x') }],
  ];
  for (const [what, change] of taken)
    it(`takes ${what} at the call`, () => {
      expect(check(change)).to.include(change);
    });

  it('has the documented defaults, also for what is undefined', () => {
    const defaults = { connectTimeout: 10_000, closeTimeout: 2_000, confirmTimeout: 10_000, maxHeld: 1_000 };
    expect(check({})).to.include(defaults);
    expect(check(Object.fromEntries(Object.keys(defaults).map((name) => [name, undefined])))).to.include(defaults);
  });

  it('takes the edges of each range', () => {
    const edges = { connectTimeout: Infinity, closeTimeout: 0, confirmTimeout: Infinity, maxHeld: 0 };
    expect(check(edges)).to.include(edges);
    expect(check({ connectTimeout: 1, confirmTimeout: 1 })).to.include({ connectTimeout: 1, confirmTimeout: 1 });
  });

  it('counts on the given counters, and without them keeps no durations', () => {
    const counters = createCounters();
    expect(check({ counters }).counters).to.equal(counters);
    const own = check({}).counters;
    own.rtt.record(5);
    own.drops.malformed++;
    expect([own.rtt.count, own.replyTime.count]).to.deep.equal([undefined, undefined]);
    expect(check({}).counters).to.not.equal(own);
  });
});
