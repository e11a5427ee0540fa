import { expect } from 'chai';
import { checkCount, checkDuration, checkFunction, checkObserver, checkOneOf } from '../../lib/options/check.js';
import { readOptions } from '../../lib/options/readOptions.js';

interface Config {
  readonly interval?: number | undefined;
  readonly limit?: number | undefined;
  readonly mode?: 'message' | 'frame' | undefined;
  readonly random?: (() => number) | undefined;
  readonly events?: { next(event: unknown): void } | undefined;
}

const read = (config: unknown = {}) =>
  readOptions('heartbeat', config as Config, {
    interval: [checkDuration, 25_000, { min: 1 }],
    limit: [checkCount, Infinity, { min: 1, infinite: true }],
    mode: [checkOneOf, 'message', ['message', 'frame']],
    random: [checkFunction, Math.random],
    events: [checkObserver],
  });

describe('readOptions', () => {
  it('puts the default for what is left out or undefined', () => {
    const defaults = { interval: 25_000, limit: Infinity, mode: 'message', random: Math.random };
    expect(read()).to.deep.equal(defaults);
    expect(read({ interval: undefined, mode: undefined, events: undefined })).to.deep.equal(defaults);
  });

  it('takes what is given, inherited or own, and nothing without a rule', () => {
    const events = { next: () => undefined };
    const given = Object.assign(Object.create({ interval: 10 }) as object, { mode: 'frame', events, more: 1 });
    expect(read(given)).to.deep.equal({ interval: 10, limit: Infinity, mode: 'frame', random: Math.random, events });
  });

  it('types what has a default as being there, and the rest as it was given', () => {
    const settings: { interval: number; mode: 'message' | 'frame'; random: () => number; events?: Config['events'] } = read();
    // @ts-expect-error There is no default.
    expect(() => settings.events.next(1)).to.throw(TypeError);
  });

  for (const [title, config, type, message] of [
    [
      'a value out of bounds',
      { interval: 0 },
      RangeError,
      /^heartbeat: interval must be milliseconds from 1 to 2147483647, not 0$/,
    ],
    ['null, which is no default', { interval: null }, TypeError, /^heartbeat: interval must be .* not null$/],
    ['a text that is not allowed', { mode: 'x' }, TypeError, /^heartbeat: mode must be one of "message", "frame", not "x"$/],
    ['a bad value without a default', { events: {} }, TypeError, /^heartbeat: events must be an observer with next, not object$/],
    ['options that are null', null, TypeError, /^heartbeat: options must be an object, not null$/],
    ['options that are a list', [], TypeError, /^heartbeat: options must be an object, not object$/],
    ['options that are a number', 500, TypeError, /^heartbeat: options must be an object, not 500$/],
  ] as const)
    it(`refuses ${title}`, () => {
      expect(() => read(config)).to.throw(type, message);
    });
});
