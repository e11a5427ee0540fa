import { expect } from 'chai';
import { parseDocument } from 'rxgate/asyncapi';

const rejection = (text: string, format: 'json' | 'yaml'): Promise<string> =>
  parseDocument(text, format).then(
    () => 'taken',
    (error: unknown) => `${(error as Error).name} ${(error as Error).message}`,
  );

describe('parseDocument', () => {
  it('reads JSON and YAML, with a mark at their beginning too', async () => {
    expect(await parseDocument('\uFEFF{"a":[1]}', 'json')).to.deep.equal({ a: [1] });
    expect(await parseDocument('a:\n  - &x { b: on }\n  - *x\n', 'yaml')).to.deep.equal({ a: [{ b: 'on' }, { b: 'on' }] });
  });

  it('takes merge keys of YAML: what stands beside them goes first', async () => {
    const text = 'a: &a { x: 1, y: [1] }\nb: &b { z: 3 }\nc: { <<: *a, y: [2] }\nd: { y: 4, <<: [*a, *b] }\n';
    const value = (await parseDocument(text, 'yaml')) as Record<string, unknown>;
    expect([value['c'], value['d']]).to.deep.equal([
      { x: 1, y: [2] },
      { x: 1, y: 4, z: 3 },
    ]);
    expect(await rejection('a: { <<: 7 }', 'yaml')).to.match(/^AsyncApiError #: is no YAML: Merge sources must be maps[^\n]*$/);
  });

  it('says of several documents in one text that one is read', async () => {
    expect(await rejection('a: 1\n---\nb: 2\n', 'yaml')).to.equal(
      'AsyncApiError #: holds several documents of YAML, and one is read: put each into a file of its own',
    );
  });

  it('says in one line what is wrong with a text', async () => {
    expect(await rejection('{"a":', 'json')).to.match(/^AsyncApiError #: is no JSON: [^\n]+$/);
    expect(await rejection('a: 1\na: 2', 'yaml')).to.equal(
      'AsyncApiError #: is no YAML: Map keys must be unique at line 2, column 1',
    );
    expect(await rejection('a: *none', 'yaml')).to.match(/^AsyncApiError #: is no YAML: Unresolved alias [^\n]+$/);
    expect(await rejection('['.repeat(600) + ']'.repeat(600), 'json')).to.match(
      /^AsyncApiError #(\/0)+\/ … (\/0)+: is nested more than 500 levels deep$/,
    );
  });

  it('refuses values that contain themselves, with the place', async () => {
    expect(await rejection('a: &a { b: *a }', 'yaml')).to.equal('AsyncApiError #/a/b: contains itself, by an alias');
    expect(await rejection('&r [x, *r]', 'yaml')).to.equal('AsyncApiError #/1: contains itself, by an alias');
  });

  it('refuses aliases that would fill the memory', async () => {
    const lines = Array.from(
      { length: 12 },
      (_, n) =>
        `x${n}: &x${n} [${Array(10)
          .fill(n === 0 ? 'a' : `*x${n - 1}`)
          .join(',')}]`,
    );
    expect(await rejection(lines.join('\n'), 'yaml')).to.match(/Excessive alias count/);
  });
});
