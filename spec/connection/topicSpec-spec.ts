import { expect } from 'chai';
import fc from 'fast-check';
import { checkTopic } from '../../lib/connection/topicSpec.js';

describe('checkTopic', () => {
  const rows: readonly (readonly [template: string, params: unknown, name: string, rest: unknown, key: string])[] = [
    ['bars', undefined, 'bars', undefined, 'bars'],
    ['bars:{s}', { s: 'SPX' }, 'bars:SPX', undefined, 'bars:SPX'],
    ['bars:{s}', { s: 7, b: 1, a: 2 }, 'bars:7', { b: 1, a: 2 }, 'bars:7 {"a":2,"b":1}'],
    [
      'bars',
      { b: { d: 1, c: [{ f: 1, e: 2 }] }, a: 0 },
      'bars',
      { b: { d: 1, c: [{ f: 1, e: 2 }] }, a: 0 },
      'bars {"a":0,"b":{"c":[{"e":2,"f":1}],"d":1}}',
    ],
    ['bars', [2, 1], 'bars', [2, 1], 'bars [2,1]'],
    ['bars', 'x', 'bars', 'x', 'bars "x"'],
    ['bars', null, 'bars', null, 'bars null'],
    ['bars', {}, 'bars', {}, 'bars {}'],
  ];
  for (const [template, params, name, rest, key] of rows)
    it(`makes ${key} of ${template} and ${JSON.stringify(params)}`, () => {
      const spec = checkTopic(template, params);
      expect({ name: spec.name, key: spec.key, rest: spec.params() }).to.deep.equal({ name, key, rest });
    });

  it('does not depend on the order of keys', () => {
    const property = fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 5 }), (params) => {
      const reversed = Object.fromEntries(Object.entries(params).reverse());
      expect(checkTopic('t', reversed).key).to.equal(checkTopic('t', params).key);
    });
    fc.assert(property, { seed: 20_261_120 });
  });

  it('tells different parameters apart', () => {
    const keys = [undefined, null, 0, '0', [], [0], { a: 0 }, { a: '0' }, { a: null }, { a: [0] }].map(
      (params) => checkTopic('t', params).key,
    );
    expect(new Set(keys).size).to.equal(keys.length);
  });

  it('asks a params function for the key at the call, and again for each wire subscription', () => {
    let calls = 0;
    const spec = checkTopic('t:{s}', () => ({ s: 'x', token: calls++ }));
    expect(spec.key).to.equal('t:x {"token":0}');
    expect([spec.params(), spec.params()]).to.deep.equal([{ token: 1 }, { token: 2 }]);
    expect(spec.name).to.equal('t:x');
  });

  it('has no replay and no linger unless told otherwise', () => {
    expect(checkTopic('t', undefined)).to.include({ replay: 0, linger: 0 });
    expect(checkTopic('t', undefined, { replay: 1, linger: 5 })).to.include({ replay: 1, linger: 5 });
  });

  it('says that params cannot be written, and why', () => {
    const ring: { own?: unknown } = {};
    ring.own = ring;
    for (const params of [{ a: 1n }, ring]) {
      const refused = (): unknown => checkTopic('x', params);
      expect(refused)
        .to.throw(TypeError, /^topic: params /)
        .with.property('cause')
        .that.is.instanceOf(Error);
    }
  });

  it('refuses a template without params, or with a function that gives none', () => {
    for (const params of [undefined, () => undefined])
      expect(() => checkTopic('x:{a}', params)).to.throw(TypeError, /^topic: params\.a /);
  });

  it('passes what a params function throws at the call', () => {
    const broken = () => {
      throw new Error('no token');
    };
    expect(() => checkTopic('t', broken)).to.throw('no token');
  });
});
