import { checkFunction } from '../options/check.js';
import type { ProtocolSubject } from './contract/protocolSubject.js';
import { protocolContract } from './protocolContract.js';

/** What registers tests: the globals of mocha, jest and vitest have it, and so have the functions that `node:test` exports. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: ((name: string, body: () => Promise<void>) => unknown) & {
    readonly skip: (name: string, body: () => Promise<void>) => unknown;
  };
}

/**
 * Registers the cases of {@link protocolContract} as tests, those that are skipped with the reason. One call is the whole suite.
 *
 * @param runner Where `describe` and `it` come from. Default: the globals, as mocha and jest have them, and vitest with `globals: true`.
 *
 * @example
 * describeProtocol({ protocol: () => phoenix(), cannot: { batch: 'a frame is one message' } });
 *
 * @throws TypeError at the call, with the name of what is wrong.
 */
export function describeProtocol(subject: ProtocolSubject, runner?: Partial<TestRunner>): void {
  const owner = 'describeProtocol';
  const { describe, it } = (runner ?? globalThis) as TestRunner;
  checkFunction(owner, 'describe', describe);
  checkFunction(owner, 'it', it);
  const cases = protocolContract(subject);
  describe(`protocol ${subject.protocol().name}`, () => {
    for (const each of cases)
      if ('run' in each) it(each.name, () => each.run());
      else it.skip(`${each.name} (${each.skipped})`, () => Promise.resolve());
  });
}
