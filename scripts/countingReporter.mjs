// Mocha's dots on a terminal that shows them, its spec tree otherwise, and the counts as JSON in the file that
// MOCHA_COUNTS names: `npm test` adds them up.
import { writeFileSync } from 'node:fs';
import mocha from 'mocha';

const { Dot, Spec } = mocha.reporters;

const base = process.stdout.isTTY ? Dot : Spec;

// Mocha takes a reporter from a default export only.
export default class CountingReporter extends base {
  constructor(runner, options) {
    super(runner, options);
    const file = process.env.MOCHA_COUNTS;
    if (!file) return;
    runner.once('end', () => {
      const { passes, failures, pending } = runner.stats;
      writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
    });
  }
}
