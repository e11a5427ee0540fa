import { expect } from 'chai';
import { requestSpec } from '../../lib/connection/requestSpec.js';
import { type Waiting, waitingOf } from '../../lib/connection/waiting.js';
import type { RequestOptions } from '../../lib/connection/session.js';
import { frozenTime } from '../testing/virtualTime.js';

const pendingOf = (options: RequestOptions = {}, spec = requestSpec('request', 'x', 1, options)): Waiting => {
  const made: Waiting[] = [];
  waitingOf(spec, (waiting) => void made.push(waiting)).subscribe();
  return made[0]!;
};

describe('a request', () => {
  const time = frozenTime();

  it('has its defaults', () => {
    const { whileDisconnected, timeout, stream, idempotent } = requestSpec('request', 'x', 1).options;
    expect({ whileDisconnected, timeout, stream, idempotent }).to.deep.equal({
      whileDisconnected: 'wait',
      timeout: 10_000,
      stream: false,
      idempotent: false,
    });
    expect(pendingOf()).to.include({ key: undefined, link: undefined });
    expect(pendingOf().spec).to.include({ kind: 'request', command: 'x', data: 1 });
  });

  it('counts its deadline from the subscription, not from the call', () => {
    const spec = requestSpec('request', 'x', 1, { timeout: 7 });
    time.tick(100);
    expect(pendingOf({}, spec)).to.include({ deadline: 107 });
    expect(pendingOf({ timeout: Infinity })).to.include({ deadline: Infinity });
  });

  const wrong: readonly (readonly [name: string, options: unknown])[] = [
    ['options', null],
    ['options', 5],
    ['signal', { signal: {} }],
    ['signal', { signal: null }],
    ['idempotent', { idempotent: 5 }],
    ['idempotent', { idempotent: '' }],
    ['idempotent', { idempotent: null }],
    ['stream', { stream: 'a' }],
    ['stream', { stream: 0 }],
    ['idempotent', { idempotent: 'k', stream: true }],
  ];
  for (const [name, options] of wrong)
    it(`throws a TypeError that names ${name} for ${JSON.stringify(options)}`, () => {
      expect(() => requestSpec('request', 'x', 1, options as RequestOptions)).to.throw(TypeError, `request: ${name}`);
    });

  it('takes a signal, and a key', () => {
    expect(requestSpec('request', 'x', 1, { signal: new AbortController().signal, idempotent: 'k' }).options.idempotent).to.equal(
      'k',
    );
  });

  it('is checked as a send too, under that name', () => {
    expect(requestSpec('send', 'x', 1)).to.deep.include({ kind: 'send', command: 'x', data: 1 });
    expect(() => requestSpec('send', '', 1)).to.throw(TypeError, 'send: command');
    expect(() => requestSpec('send', 'x', 1, { timeout: 0 })).to.throw(RangeError, 'send: timeout');
  });

  it('generates no key unless it is idempotent, and takes one that is given', () => {
    expect([pendingOf().key, pendingOf({ idempotent: 'k' }).key]).to.deep.equal([undefined, 'k']);
  });

  it('generates keys from the given randomness, the same for the same', () => {
    const seeded = () => {
      const numbers = [0.1, 0.2, 0.3, 0.4];
      return () => numbers.shift() ?? 0;
    };
    const [one, two] = [seeded(), seeded()];
    const keys = [one, one, two, two].map((random) => pendingOf({ idempotent: true, random }).key);
    expect(keys[0]).to.equal(keys[2]).and.not.to.equal(keys[1]);
    expect(keys[1]).to.equal(keys[3]);
  });

  it('does not repeat its keys', () => {
    const keys = Array.from({ length: 1_000 }, () => pendingOf({ idempotent: true }).key);
    expect(new Set(keys).size).to.equal(1_000);
  });
});
