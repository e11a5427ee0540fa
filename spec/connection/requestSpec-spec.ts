import { expect } from 'chai';
import { Subscriber } from 'rxjs';
import { checkRequest, pendingRequest } from '../../lib/connection/requestSpec.js';
import type { RequestOptions } from '../../lib/connection/session.js';
import { frozenTime } from '../testing/virtualTime.js';

const retake = () => undefined;
const pendingOf = (options: RequestOptions = {}) => pendingRequest(checkRequest('x', 1, options), new Subscriber(), retake);

describe('a request', () => {
  const time = frozenTime();

  it('has its defaults', () => {
    const { waits, timeout, stream, idempotent } = checkRequest('x', 1);
    expect({ waits, timeout, stream, idempotent }).to.deep.equal({
      waits: true,
      timeout: 10_000,
      stream: false,
      idempotent: false,
    });
    expect(pendingOf()).to.include({ command: 'x', data: 1, key: undefined, retake: undefined });
  });

  it('counts its deadline from the subscription, not from the call', () => {
    const spec = checkRequest('x', 1, { timeout: 7 });
    time.tick(100);
    expect(pendingRequest(spec, new Subscriber())).to.include({ deadline: 107 });
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
      expect(() => checkRequest('x', 1, options as RequestOptions)).to.throw(TypeError, `request: ${name}`);
    });

  it('takes a signal, and a key', () => {
    expect(checkRequest('x', 1, { signal: new AbortController().signal, idempotent: 'k' }).idempotent).to.equal('k');
  });

  it('is taken back only if it is idempotent', () => {
    expect(pendingOf({ idempotent: true }).retake).to.equal(retake);
    expect(pendingOf({ idempotent: 'k' }).retake).to.equal(retake);
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
