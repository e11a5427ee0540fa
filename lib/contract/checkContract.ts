import { checkThat } from '../options/check.js';

/** Throws a TypeError unless what the option `contract` holds was made by `contract`, and `validation` has one to work on. */
export function checkContract(owner: string, contract: object | undefined, made: boolean, validation: unknown): void {
  checkThat(owner, 'contract', contract, 'of contract()', made || contract === undefined);
  // Who wrote it believes that payloads are checked.
  if (validation !== undefined && !made) throw new TypeError(`${owner}: validation needs a contract`);
}
