import { expect } from 'chai';
import * as t from 'io-ts';
import { validatePayload } from '../../lib/contract/validatePayload.js';
import { compileDecoder } from '../../lib/io-ts/compileDecoder.js';
import { generateDecoder } from '../../lib/io-ts/generate/generateDecoder.js';

for (const [name, make] of Object.entries({ compileDecoder, generateDecoder }))
  describe(`${name}, with what it gives`, () => {
    const Order = t.type({ symbol: t.string, lines: t.array(t.type({ price: t.number })) });

    it('does not ask io-ts about a value that is right', () => {
      const asked: string[] = [];
      const inner = t.type({ price: t.number });
      const type = t.strict({ lines: t.array(inner), note: t.union([t.string, t.null]) });
      const compiled = make(type);
      for (const [key, each] of Object.entries({ inner, type })) {
        const { validate } = each;
        const spied: t.Any['validate'] = (value, context) => {
          asked.push(key);
          return validate(value, context);
        };
        Object.assign(each, { validate: spied });
      }
      const value = { lines: [{ price: 1 }], note: null };
      const result = compiled.decode(value);
      expect(result).to.deep.equal({ _tag: 'Right', right: value });
      expect(result._tag === 'Right' && result.right).to.equal(value);
      expect(asked).to.deep.equal([]);
    });

    it('has the paths of decode', () => {
      const bad = { symbol: 7, lines: [{ price: 1 }, { price: 'secret' }] };
      const result = validatePayload(make(Order), 'orders.place', bad);
      expect(result).to.have.nested.property('error.paths').that.deep.equals(['symbol', 'lines.1.price']);
    });

    it('stands in other types, and may be compiled again', () => {
      const outer = t.type({ order: make(Order) });
      const good = { order: { symbol: 'a', lines: [] } };
      for (const type of [outer, make(outer), make(make(outer))]) {
        expect(type.decode(good)).to.deep.equal({ _tag: 'Right', right: good });
        expect(type.decode({ order: {} })).to.have.property('_tag', 'Left');
      }
    });

    it('calls a type with its own validate as it is', () => {
      const contexts: unknown[] = [];
      const own = new t.Type<number, number, unknown>(
        'Own',
        t.number.is,
        (value, context) => {
          contexts.push(context.map(({ key, type }) => [key, type.name]));
          return t.number.validate(value, context);
        },
        t.identity,
      );
      const compiled = make(t.type({ a: own }));
      expect(compiled.decode({ a: 1 })._tag).to.equal('Right');
      expect(contexts.splice(0)).to.deep.equal([[['', 'Own']]]);
      expect(compiled.decode({ a: 'x' })._tag).to.equal('Left');
      expect(contexts).to.deep.equal([
        [['', 'Own']],
        [
          ['', '{ a: Own }'],
          ['a', 'Own'],
        ],
      ]);
    });

    it('throws a TypeError for what is no type', () => {
      expect(() => make({} as t.Any)).to.throw(TypeError, `${name}: codec must be a type of io-ts`);
    });
  });
