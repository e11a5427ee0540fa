let current: Mocha.Test | undefined;

/** The test that is at work, its hooks before included; between two tests there is none. */
export const currentTest = (): Mocha.Test | undefined => current;

/** For the hooks of all specs. */
export const setCurrentTest = (test: Mocha.Test | undefined): void => {
  current = test;
};
