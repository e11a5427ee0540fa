// The whole gate: `npm test`. Checks stop at the first that fails; the mocha suites all run, and their counts are added up. The last
// line is `N passed, N failed`. `node scripts/test.mjs unit rows` runs only these steps.
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const counts = `${root}out/counts.json`;
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

// `budget` is what a step should take, in seconds; `limit` is when it is taken for hung. What outlives its work hangs, too.
const steps = [
  { name: 'types', title: 'Types', limit: 120 },
  { name: 'lint', title: 'Lint and format', limit: 240 },
  { name: 'docs', title: 'Docstrings', limit: 60 },
  { name: 'build', title: 'Build', limit: 120 },
  { name: 'unit', title: 'Unit specs', suite: true, budget: 30, limit: 180 },
  { name: 'integration', title: 'Integration specs', suite: true, limit: 300 },
  { name: 'programs', title: 'Specs of programs, documents and types', suite: true, limit: 300 },
  { name: 'package', title: 'Package specs', suite: true, limit: 180 },
  { name: 'browser', title: 'Browser spec', suite: true, limit: 120 },
  { name: 'size', title: 'Bundle size', limit: 60 },
  { name: 'rows', title: 'Rows P1–P43 and S1–S18 have specs', limit: 60 },
];

/** Runs an npm script; resolves with its exit code, or with a text if it had to be ended. */
const run = ({ name, limit }) =>
  new Promise((done, fail) => {
    // A group of its own, so that a hung step ends with everything it started.
    const child = spawn('npm', ['run', '--silent', name], {
      cwd: root,
      stdio: 'inherit',
      detached: true,
      env: { ...process.env, MOCHA_COUNTS: counts },
    });
    const end = (signal) => {
      try {
        process.kill(-child.pid, signal);
      } catch {
        // It is gone already.
      }
    };
    const onSignal = (signal) => {
      end(signal);
      process.exit(1);
    };
    let hung;
    const timer = setTimeout(() => {
      hung = `did not end within ${limit} s`;
      end('SIGKILL');
    }, limit * 1000);
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, onSignal);
    child.on('error', fail);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      for (const name of ['SIGINT', 'SIGTERM']) process.removeListener(name, onSignal);
      done(hung ?? (signal ? `ended by ${signal}` : code));
    });
  });

const readCounts = async () => {
  try {
    return JSON.parse(await readFile(counts, 'utf8'));
  } catch {
    return undefined;
  }
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length) {
  console.error(`No such step: ${unknown.join(', ')}. There are: ${steps.map(({ name }) => name).join(', ')}`);
  process.exit(1);
}

await mkdir(`${root}out`, { recursive: true });
const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const begun = performance.now();

for (const step of steps) {
  if (wanted.length && !wanted.includes(step.name)) continue;
  console.log(`\n=== ${step.title} (npm run ${step.name})`);
  await rm(counts, { force: true });
  const start = performance.now();
  const code = await run(step);
  const took = performance.now() - start;
  console.log(`=== ${step.title}: ${code === 0 ? 'ok' : 'FAILED'}, ${seconds(took)}`);
  if (step.budget && took > step.budget * 1000) console.log(`=== ${step.title} took longer than its budget of ${step.budget} s`);

  const counted = step.suite && (await readCounts());
  if (counted) for (const key of Object.keys(total)) total[key] += counted[key];
  if (code === 0 && !step.suite) continue;
  if (code === 0 && counted?.passed + counted?.skipped > 0) continue;

  // A suite that broke before or after its specs, or ran none, has failed even if no spec did.
  if (!counted?.failed) total.failed++;
  const why = code === 0 ? 'ran no spec' : typeof code === 'string' ? code : `exit code ${code}`;
  failures.push(`${step.title}: ${why}; npm run ${step.name} repeats it`);
  if (!step.suite) break;
}

console.log(`\n  ${total.passed} passing (${seconds(performance.now() - begun)})`);
if (total.skipped) console.log(`  ${total.skipped} pending`);
if (total.failed) console.log(`  ${total.failed} failing`);
for (const failure of failures) console.log(`  FAILED ${failure}`);
console.log('');
process.exitCode = failures.length ? 1 : 0;
console.log(`${total.passed} passed, ${total.failed} failed`);
