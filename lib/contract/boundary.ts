import type { SessionLink } from '../connection/sessionLink.js';
import { checkOneOf } from '../options/check.js';
import { ValidationError } from '../errors/gatewayErrors.js';
import type { CommandCodecs, ContractDefinition } from './contractOf.js';
import { encodePayload } from './encodePayload.js';
import type { PayloadCodec } from './payloadCodec.js';
import { type ContractTopic, topicFinder } from './topicFinder.js';
import { type Validated, validatePayload } from './validatePayload.js';

/**
 * What becomes of a payload that its codec refuses. `'strict'`: it is not delivered, or not sent. `'report'`: it passes as it is. Both report it (event
 * `invalid`) and count it. `'off'`: nothing is checked, and nothing is encoded or decoded either.
 */
export type Validation = 'strict' | 'report' | 'off';

type Link = Pick<SessionLink, 'id' | 'counters' | 'report'>;

/** A judgement, now or later. */
export type Judgement = Validated<unknown> | Promise<Validated<unknown>>;

/** A contract in use at one end. */
export interface Boundary {
  /** `undefined` for a command that is not in the contract: it passes as it is. */
  command(name: string): CommandCodecs | undefined;
  /** By a concrete name. */
  topic(name: string): ContractTopic | undefined;
  /** What came in, decoded. Without a codec it is `undefined`. */
  decode(link: Link, codec: PayloadCodec | undefined, name: string, value: unknown): Judgement;
  /** What goes out, encoded. */
  encode(link: Link, codec: PayloadCodec | undefined, name: string, value: unknown): Judgement;
  /** Reports and counts what was refused, and lets it pass where it is only to be reported. */
  judge(link: Link, name: string, value: unknown, result: Validated<unknown>): Validated<unknown>;
}

/** The judgement on what no codec is there for: it passes as it is. */
export const unchecked = (value: unknown): Validated<unknown> => ({ valid: true, value });

/** Puts a contract to use; `undefined` where nothing is to be checked. */
export function createBoundary(
  owner: string,
  { commands = {}, topics = {} }: ContractDefinition,
  validation: Validation = 'strict',
): Boundary | undefined {
  checkOneOf(owner, 'validation', validation, ['strict', 'report', 'off']);
  if (validation === 'off') return undefined;
  const byName = new Map(Object.entries(commands));

  const judge: Boundary['judge'] = (link, name, value, result) => {
    if (result.valid) return result;
    link.counters.invalid++;
    link.report({ type: 'invalid', session: link.id, name, error: result.error });
    return validation === 'report' ? unchecked(value) : result;
  };
  const through =
    (check: typeof encodePayload): Boundary['decode'] =>
    (link, codec, name, value) => {
      if (!codec) return unchecked(undefined);
      /** A codec that fails has not said that the payload is good. */
      const failed = (cause: unknown): Validated<unknown> => {
        link.report({ type: 'hookFailed', hook: name, cause });
        return { valid: false, error: new ValidationError(name, ['$']) };
      };
      const judged = (result: Validated<unknown>): Validated<unknown> => judge(link, name, value, result);
      try {
        const result = check(codec, name, value);
        return 'then' in result ? result.catch(failed).then(judged) : judged(result);
      } catch (cause) {
        return judged(failed(cause));
      }
    };
  return {
    command: (name) => byName.get(name),
    topic: topicFinder(topics),
    decode: through(validatePayload),
    encode: through(encodePayload),
    judge,
  };
}
