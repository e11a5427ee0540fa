import { atTestEnd } from './atTestEnd.js';

/** Notes what nobody handles, until the test is over: returns what there was so far. Mocha hears of it, too, and blames whatever test is at work. */
export function unhandledErrors(): () => readonly unknown[] {
  const seen: unknown[] = [];
  const note = (error: unknown): void => {
    seen.push(error);
  };
  const events = ['uncaughtExceptionMonitor', 'unhandledRejection'];
  for (const event of events) process.on(event, note);
  atTestEnd(() => {
    for (const event of events) process.off(event, note);
  });
  return () => seen;
}
