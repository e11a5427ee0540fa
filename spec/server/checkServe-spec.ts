import { expect } from 'chai';
import { createServer } from 'node:http';
import { createCounters } from '../../lib/events/createCounters.js';
import { commandNotify } from '../../lib/protocols/commandNotify.js';
import type { Codec } from '../../lib/protocols/protocol.js';
import type { ServeOptions } from '../../lib/server/serveOptions.js';
import { checkServe } from '../../lib/server/checkServe.js';

const protocol = commandNotify();
const check = (options: Partial<ServeOptions> = {}) => checkServe({ protocol, port: 0, ...options });

// What is refused is told in serve-spec.ts.
describe('checkServe', () => {
  const defaults = {
    ...{ closeTimeout: 2_000, maxPayload: 1_048_576, maxBuffered: 16_777_216, confirmTimeout: 10_000, maxHeld: 1_000 },
    ...{ requestTimeout: 10_000, authenticateTimeout: 10_000, retryAfter: 5_000, perMessageDeflate: false },
    ...{ maxConnections: Infinity, maxUpgradesPerSecond: Infinity },
  };

  it('has the documented defaults, also for what is undefined', () => {
    expect(check()).to.include(defaults);
    expect(check(Object.fromEntries(Object.keys(defaults).map((name) => [name, undefined])))).to.include(defaults);
  });

  const edges: readonly Partial<ServeOptions>[] = [
    { port: 65_535, host: '::1' },
    { closeTimeout: 0, maxPayload: 1, confirmTimeout: 1, maxHeld: 0 },
    { confirmTimeout: Infinity },
    { path: '/' },
    { path: '/a/b' },
  ];
  for (const options of edges)
    it(`takes ${JSON.stringify(options)}`, () => {
      expect(check(options)).to.include(options);
    });

  const beyond: readonly (readonly [string, Partial<ServeOptions>])[] = [
    ['port', { port: -1 }],
    ['maxPayload', { maxPayload: 0 }],
    ['closeTimeout', { closeTimeout: Infinity }],
    ['confirmTimeout', { confirmTimeout: 0 }],
    ['path', { path: '/ws#x' }],
    ['path', { path: '' }],
  ];
  for (const [name, options] of beyond)
    it(`names ${name} where it is ${JSON.stringify(options)}`, () => {
      expect(() => check(options)).to.throw(new RegExp(`^serve: ${name} must`));
    });

  it('takes a server in place of a port', () => {
    const server = createServer();
    expect(checkServe({ protocol, server })).to.include({ server });
  });

  it('counts on the given counters, else on its own', () => {
    const counters = createCounters();
    expect(check({ counters }).counters).to.equal(counters);
    expect(check().counters).to.not.equal(check().counters);
  });

  it('makes codecs of the protocol, called as its method', () => {
    const codec: Codec = { encode: () => undefined, decode: () => [] };
    const own = {
      ...protocol,
      codec,
      server() {
        return this.codec;
      },
    };
    expect(check({ protocol: own }).codec()).to.equal(codec);
  });

  const offers: readonly (readonly [string, readonly string[] | undefined, readonly string[], string | false])[] = [
    ['the first of its own that is offered', ['a', 'b', 'c'], ['c', 'b'], 'b'],
    ['none where there is no common one', ['a'], ['b'], false],
    ['none of a protocol that has none', undefined, ['b'], false],
    ['none where none is offered', ['a'], [], false],
  ];
  for (const [what, subprotocols, offered, chosen] of offers)
    it(`chooses ${what}`, () => {
      const settings = check({ protocol: { ...protocol, ...(subprotocols && { subprotocols }) } });
      expect(settings.chooseSubprotocol(new Set(offered), undefined as never)).to.equal(chosen);
    });
});
