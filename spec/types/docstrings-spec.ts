import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

describe('the examples of docstrings', () => {
  it('give connect the protocol that it needs', () => {
    const lib = fileURLToPath(new URL('../../lib', import.meta.url));
    const calls = readdirSync(lib, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .flatMap((path) =>
        [...readFileSync(`${lib}/${path}`, 'utf8').matchAll(/^ *\*.*\b(?:connect|createGateway)\(\{(?: \*|[^}])*/gm)].map(
          ([call]) => `${path}: ${call}`,
        ),
      );
    expect(calls).to.have.length.above(5);
    expect(calls.filter((call) => /\burl\b/.test(call) && !call.includes('protocol'))).to.deep.equal([]);
  });
});
