import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = (path: string): string => readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8');
const readme = file('README.md');

describe('README.md', () => {
  const snippets = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)];
  const named = [...readme.matchAll(/^<!-- (\S+) -->\n```ts\n([\s\S]*?)^```$/gm)];

  it('takes every snippet from a file that is compiled and run', () => {
    expect(snippets.length).to.be.above(0);
    expect(named).to.have.length(snippets.length);
    for (const [, path, code] of named) expect(code).to.equal(file(path ?? ''), path);
  });

  it('has an example of at most twenty lines', () => {
    const lines = (named[0]?.[2] ?? '').split('\n').filter((line) => line.trim() && !line.trim().startsWith('//'));
    expect(lines.length).to.be.within(5, 20);
  });

  it('shows, in this order: what it is, the two commands, the example, the table', () => {
    const order = [
      'WebSocket *gateway*',
      'npm ci && npm run demo',
      'npm ci && npm test',
      '```ts',
      '## Why not `webSocket().pipe(retry())`?',
      '[P1](',
    ];
    const places = order.map((text) => readme.indexOf(text));
    expect(places).to.not.include(-1);
    expect(places).to.deep.equal([...places].sort((a, b) => a - b));
  });

  it('says what it is in two sentences', () => {
    const first = readme.split('\n\n')[1] ?? '';
    expect(first.match(/[.](\s|$)/g)).to.have.length(2);
  });
});
