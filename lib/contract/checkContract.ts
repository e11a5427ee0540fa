import { checkThat } from '../options/check.js';

/**
 * Throws a TypeError unless what the option `contract` holds was made by `contract`. Who gives `validation` believes that payloads are checked, so it
 * needs a contract.
 */
export const checkContract = (owner: string, contract: object | undefined, made: boolean, validation: unknown): unknown =>
  checkThat(
    owner,
    'contract',
    contract,
    contract ? 'of contract()' : 'there for validation',
    contract ? made : validation === undefined,
  );
