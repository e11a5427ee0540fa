import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const pathOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const file = (path: string): string => readFileSync(pathOf(path), 'utf8');
const filesIn = (folder: string, ending: string): string[] =>
  existsSync(pathOf(folder))
    ? readdirSync(pathOf(folder))
        .filter((name) => name.endsWith(ending))
        .map((name) => `${folder}/${name}`)
    : [];

/** The pages whose code comes from `docs/snippets`. */
const guides = ['docs/server.md', 'docs/protocols.md', ...filesIn('docs/guides', '.md')];

/** The marked region of a file, or all of it. */
const source = (place: string): string => {
  const [path = '', region] = place.split('#');
  if (region === undefined) return file(path);
  return new RegExp(`^// #region ${region}\n([\\s\\S]*?)^// #endregion$`, 'm').exec(file(path))?.[1] ?? '';
};
const namedIn = (guide: string) =>
  [...file(guide).matchAll(/^<!-- (\S+) -->\n```ts\n([\s\S]*?)^```$/gm)].map(([, place = '', code = '']) => ({ place, code }));

/** As GitHub makes anchors of headings. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .replace(/ /g, '-');
const anchorsOf = (text: string): string[] => [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

describe('the guides', () => {
  for (const guide of guides) {
    it(`${guide} takes every block of code from a file that is compiled and run`, () => {
      const blocks = [...file(guide).matchAll(/^```\w*$[\s\S]*?^```$/gm)];
      const named = namedIn(guide);
      expect(blocks).to.not.have.length(0);
      expect(named).to.have.length(blocks.length);
      for (const { place, code } of named) expect(code, place).to.equal(source(place));
    });

    it(`${guide} links to what is there`, () => {
      const links = [...file(guide).matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
      expect(links).to.not.have.length(0);
      for (const link of links.filter((each) => !each.startsWith('https:'))) {
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? guide : join(dirname(guide), path);
        expect(existsSync(pathOf(target)), link).to.equal(true);
        if (anchor !== undefined) expect(anchorsOf(file(target)), link).to.include(anchor);
      }
    });
  }

  it('show each region of the snippets, and something of each file', () => {
    const places = filesIn('docs/snippets', '.ts').flatMap((path) => {
      const regions = [...file(path).matchAll(/^\/\/ #region (\w+)$/gm)].map(([, region]) => `${path}#${region}`);
      return regions.length > 0 ? regions : [path];
    });
    // What the README shows is checked with it.
    const inReadme = [...file('README.md').matchAll(/^<!-- (docs\/\S+) -->$/gm)].map(([, place = '']) => place);
    const inGuides = guides.flatMap((guide) => namedIn(guide).map(({ place }) => place));
    expect([...inGuides, ...inReadme.filter((place) => !inGuides.includes(place))]).to.have.members(places);
  });

  it('of the server begins with a gateway of fifteen lines at most', () => {
    const [first] = namedIn('docs/server.md');
    expect(first?.place).to.equal('docs/snippets/gateway.ts');
    const lines = (first?.code ?? '').split('\n').filter((line) => line.trim() && !line.startsWith('//'));
    expect(lines.length).to.be.within(5, 15);
  });
});
