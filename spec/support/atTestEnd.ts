/** What the present test has opened, to be closed after it. */
const open: (() => unknown)[] = [];

/** Registers what must be closed when the test is over, passed or not. */
export const atTestEnd = (close: () => unknown): void => {
  open.push(close);
};

/** Closes it all, the latest first: for `afterEach` of every describe block that uses the servers of this folder. */
export async function cleanUp(): Promise<void> {
  for (let close = open.pop(); close; close = open.pop()) await close();
}
