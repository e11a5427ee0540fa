import { relative } from 'node:path';
import { inspect } from 'node:util';
import type { RootHookObject } from 'mocha';
import { setCurrentTest } from './currentTest.js';

const nativeSetTimeout = setTimeout;
const nativeSetImmediate = setImmediate;
const strays: string[] = [];
const told = new WeakSet<Promise<unknown>>();
let at = 'before the first test';
/** The file of the present test. */
let file: string | undefined;
let timers = 0;

const note = (what: string): void => {
  // The place first: mocha leaves out lines of the stack.
  strays.push(`${at}: ${what}`);
};
const check = (): void => {
  const all = strays.splice(0);
  if (all.length > 0) throw new Error(`What nobody handled:\n${all.map((line) => `- ${line}`).join('\n')}`);
};

/** Counted in a later turn: by then mocha has set the timer of the hook at work, which it sets once the hook has returned. */
const activeTimers = async (): Promise<number> => {
  await new Promise((done) => nativeSetImmediate(done));
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
};

/** What a file has left behind hits the next one: a timer fires under its fake clock, and a fake clock stops its time. */
async function leave(left: string): Promise<void> {
  if (setTimeout !== nativeSetTimeout) strays.push(`${left}: a fake clock is left behind`);
  // A socket that was just closed may still have one.
  let now = await activeTimers();
  for (let wait = 0; wait < 50 && now > timers; wait++) {
    await new Promise((done) => nativeSetTimeout(done, 10));
    now = await activeTimers();
  }
  if (now > timers) strays.push(`${left}: timers are left behind: ${now - timers}`);
  timers = Math.max(timers, now);
}

// Mocha passes over a rejection that nobody handles, and over an exception in a turn in which no test is at work.
process.on('unhandledRejection', (reason, promise) => {
  // It emits each once more.
  if (!told.has(promise)) note(`rejected: ${inspect(reason)}`);
  told.add(promise);
});
process.on('uncaughtExceptionMonitor', (error) => {
  note(`thrown: ${inspect(error)}`);
});
// What comes when mocha has done its sum.
process.on('exit', check);

const place = (test: Mocha.Test | undefined): string => `"${test?.fullTitle() ?? ''}" (${file ?? ''})`;

/** Fail the run for what nobody handles, and for what a file of specs leaves behind. */
export const mochaHooks: RootHookObject = {
  async beforeEach(this: Mocha.Context) {
    const test = this.currentTest;
    setCurrentTest(test);
    const next = relative('', test?.file ?? '');
    if (file === undefined) timers = await activeTimers();
    else if (next !== file) await leave(file);
    file = next;
    at = `in ${place(test)}`;
  },
  afterEach(this: Mocha.Context) {
    at = `after ${place(this.currentTest)}`;
    setCurrentTest(undefined);
  },
  async afterAll() {
    if (file !== undefined) await leave(file);
    check();
  },
};
