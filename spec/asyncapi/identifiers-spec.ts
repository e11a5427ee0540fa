import { expect } from 'chai';
import { createNames, keyText, memberName, quoted, typeName } from '../../lib/asyncapi/identifiers.js';

describe('identifiers', () => {
  it('makes names of types', () => {
    const names = ['bars.subscribe', '1st', 'ünï code', '日本', '---', 'Bar'].map(typeName);
    expect(names).to.deep.equal(['BarsSubscribe', '_1st', 'ÜnïCode', '日本', 'Unnamed', 'Bar']);
  });

  it('makes names of functions, none of them reserved', () => {
    const names = ['orders.place', 'POST_LOGIN', 'Hello', 'delete', '2fa', '', 'getURL'].map(memberName);
    expect(names).to.deep.equal(['ordersPlace', 'postLogin', 'hello', 'delete_', '_2fa', 'unnamed', 'getURL']);
  });

  it('gives each name once, whatever the case: files are named so', () => {
    const nameFor = createNames(['index']);
    expect(['Bar', 'bar', 'BAR', 'Index', 'Bar2'].map(nameFor)).to.deep.equal(['Bar', 'bar2', 'BAR3', 'Index2', 'Bar22']);
    expect(createNames()('Array')).to.equal('Array2');
  });

  it('writes keys and strings that mean the same to the compiler', () => {
    expect([keyText('a_1'), keyText('a-b'), keyText('__proto__')]).to.deep.equal(['a_1', "'a-b'", '__proto__']);
    for (const text of ["it's", 'a "b"', 'back\\slash', 'line\nend', '\u2028\u2029', '${x}', '`']) {
      const written = quoted(text);
      expect(written).to.match(/^'.*'$/);
      // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is what the compiler would read
      expect(new Function(`return ${written}`)()).to.equal(text);
    }
  });
});
