// Each of the rows P1–P35 and P39–P43, the known troubles of the base that this library is built on, and S1–S14, S17 and S18, what a server is to
// have, has a spec whose title starts with it: `it('P7: …')`. This prints the map from row to specs and fails where a row has none, and where the README's table
// "why not …" links to a line that holds no spec of the row it names. `--fix` corrects the line numbers of those links.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const numbers = [...Array.from({ length: 35 }, (_, i) => i + 1), 39, 40, 41, 42, 43];
const served = [...Array.from({ length: 14 }, (_, i) => i + 1), 17, 18];
export const rows = [...numbers.map((number) => `P${number}`), ...served.map((number) => `S${number}`)];

/** The rows that a title starts with: `P7: …`, `P7 …`, also `P7, P8: …` and `P7 and P8: …`. */
export const rowsOf = (title) => {
  const head = /^[PS]\d+(?:(?:, | and )[PS]\d+)*(?=[: ]|$)/.exec(title);
  return head ? head[0].match(/[PS]\d+/g) : [];
};

// A skipped spec shows nothing: `it.skip` and `xit` do not count. (Mocha itself refuses `.only`.)
const blocks = new Set(['it', 'specify', 'describe', 'context', 'it.only', 'describe.only']);

const titleOf = (node) =>
  ts.isStringLiteralLike(node) ? node.text : ts.isTemplateExpression(node) ? `${node.head.text}…` : undefined;

/** Every `it` and `describe` of a source text whose title starts with a row: `{ row, title, line }`. */
export const specsIn = (text, file = 'x.ts') => {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const found = [];
  const visit = (node) => {
    if (ts.isCallExpression(node)) {
      // A skipped block skips what is in it.
      const name = node.expression.getText(source);
      if (/^(x(it|describe|context|specify)|(it|describe|context|specify)\.skip)$/.test(name)) return;
      const [first] = node.arguments;
      const title = blocks.has(name) && first ? titleOf(first) : undefined;
      if (title !== undefined) {
        const line = source.getLineAndCharacterOfPosition(first.getStart(source)).line + 1;
        for (const row of rowsOf(title)) found.push({ row, title, line });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
};

/** Row → its specs as `{ file, line, title }`, over all of spec/. */
export const mapRows = (base = root) => {
  const map = new Map(rows.map((row) => [row, []]));
  if (!existsSync(`${base}spec`)) return map;
  const files = readdirSync(`${base}spec`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('-spec.ts'))
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .sort();
  for (const path of files) {
    const file = relative(base, path);
    for (const { row, title, line } of specsIn(readFileSync(path, 'utf8'), path)) map.get(row)?.push({ file, line, title });
  }
  return map;
};

const specLink = /\[([^\]]*)\]\((spec\/[^)#\s]+)#L(\d+)\)/g;

/** What is wrong with the README's links to specs, and its text with the line numbers put right where that can be done. */
export const checkReadme = (text, map, base = root) => {
  const wrong = [];
  const fixed = text.replace(specLink, (link, label, file, line) => {
    const named = rowsOf(label);
    if (!existsSync(`${base}${file}`)) wrong.push(`${link}: no such file`);
    else if (!named.length) wrong.push(`${link}: the text of the link must start with a row, such as P7`);
    else {
      const here = named.map((row) => (map.get(row) ?? []).filter((spec) => spec.file === file));
      const first = here[0][0];
      if (!first) wrong.push(`${link}: no spec of ${named[0]} in that file`);
      else if (!here.every((specs) => specs.some((spec) => spec.line === Number(line)))) {
        wrong.push(`${link}: no title of ${named.join(', ')} in that line; ${first.file}#L${first.line} has one`);
        return `[${label}](${file}#L${first.line})`;
      }
    }
    return link;
  });

  // The table under the heading "Why not …" exists for these links: a row without one is a claim without a proof.
  const section = /^#+ *why not[^\n]*\n([\s\S]*?)(?=^#|$(?![\s\S]))/im.exec(text);
  if (!section) wrong.push('No heading "Why not …" with a table');
  const lines = section?.[1].split('\n').filter((line) => /^\s*\|/.test(line)) ?? [];
  if (section && lines.length < 3) wrong.push('The table under "Why not …" is missing');
  for (const line of lines.slice(2)) if (!line.match(specLink)) wrong.push(`No link to a spec in the row ${line}`);
  return { wrong, fixed };
};

const main = () => {
  const map = mapRows();
  const missing = rows.filter((row) => !map.get(row).length);
  for (const row of rows)
    for (const { file, line, title } of map.get(row)) console.log(`${row.padEnd(4)} ${file}#L${line}  ${title}`);
  if (missing.length) console.error(`\nNo spec has a title that starts with: ${missing.join(', ')}`);

  const readme = `${root}README.md`;
  let wrong = ['There is no README.md'];
  if (existsSync(readme)) {
    const text = readFileSync(readme, 'utf8');
    const first = checkReadme(text, map);
    if (process.argv.includes('--fix') && first.fixed !== text) writeFileSync(readme, first.fixed);
    wrong = process.argv.includes('--fix') ? checkReadme(first.fixed, map).wrong : first.wrong;
  }
  for (const problem of wrong) console.error(`README.md: ${problem}`);
  process.exitCode = missing.length || wrong.length ? 1 : 0;
};

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main();
