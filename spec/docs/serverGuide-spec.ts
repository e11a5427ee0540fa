import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pathOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const file = (path: string): string => readFileSync(pathOf(path), 'utf8');
const guide = file('docs/server.md');

/** The marked region of a file, or all of it. */
const source = (place: string): string => {
  const [path = '', region] = place.split('#');
  if (region === undefined) return file(path);
  return new RegExp(`^// #region ${region}\n([\\s\\S]*?)^// #endregion$`, 'm').exec(file(path))?.[1] ?? '';
};

/** As GitHub makes anchors of headings. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .replace(/ /g, '-');
const anchorsOf = (text: string): string[] => [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

describe('docs/server.md', () => {
  const blocks = [...guide.matchAll(/^```\w*$[\s\S]*?^```$/gm)];
  const named = [...guide.matchAll(/^<!-- (\S+) -->\n```ts\n([\s\S]*?)^```$/gm)].map(([, place = '', code = '']) => ({
    place,
    code,
  }));

  it('takes every block of code from a file that is compiled and run', () => {
    expect(blocks.length).to.be.above(10);
    expect(named).to.have.length(blocks.length);
    for (const { place, code } of named) expect(code, place).to.equal(source(place));
  });

  it('shows each region of the snippets, and something of each file', () => {
    const folder = 'docs/snippets/';
    const places = readdirSync(pathOf(folder)).flatMap((name) => {
      const regions = [...file(folder + name).matchAll(/^\/\/ #region (\w+)$/gm)].map(
        ([, region]) => `${folder}${name}#${region}`,
      );
      return regions.length > 0 ? regions : [folder + name];
    });
    // What the README shows is checked with it.
    const inReadme = [...file('README.md').matchAll(/^<!-- (docs\/\S+) -->$/gm)].map(([, place = '']) => place);
    expect([...named.map(({ place }) => place), ...inReadme]).to.have.members(places);
  });

  it('begins with a gateway of fifteen lines at most', () => {
    expect(named[0]?.place).to.equal('docs/snippets/gateway.ts');
    const lines = (named[0]?.code ?? '').split('\n').filter((line) => line.trim() && !line.startsWith('//'));
    expect(lines.length).to.be.within(5, 15);
  });

  it('links to what is there', () => {
    const links = [...guide.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
    expect(links.length).to.be.above(10);
    for (const link of links) {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? 'docs/server.md' : path.startsWith('../') ? path.slice(3) : `docs/${path}`;
      expect(existsSync(pathOf(target)), link).to.equal(true);
      if (anchor !== undefined) expect(anchorsOf(file(target)), link).to.include(anchor);
    }
  });
});
