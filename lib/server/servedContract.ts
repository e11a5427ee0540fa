import { concatMap, EMPTY, from, identity, mergeMap, type MonoTypeOperatorFunction, type Observable, of } from 'rxjs';
import type { AnySession } from '../connection/session.js';
import { type Boundary, createBoundary, type Judgement, type Validation } from '../contract/boundary.js';
import { type Contract, contractSymbol, type ServerContract } from '../contract/contract.js';
import { checkContract } from '../contract/checkContract.js';
import type { ContractDefinition } from '../contract/contractOf.js';
import { decodeParams } from '../contract/decodeParams.js';
import type { Validated } from '../contract/validatePayload.js';
import { SubscriptionRejectedError } from '../errors/gatewayErrors.js';
import { checkThat } from '../options/check.js';
import type { CommandHandler } from './commands.js';
import type { Elsewhere } from './contractHandlers.js';
import { handlerResults, type Pace } from './handlerResults.js';
import { invalidData } from './invalidData.js';
import type { PeerLink } from './peerLink.js';

/** What a server promised its peers. */
export interface ServedContract {
  readonly commands: readonly string[];
  readonly topics: readonly string[];
  /** `undefined` where nothing is checked. */
  readonly boundary: Boundary | undefined;
}

/** Checks the option `contract`, and puts it to use. */
export function servedContract(
  owner: string,
  contract: ServerContract<Contract> | undefined,
  validation: Validation | undefined,
): ServedContract | undefined {
  checkContract(owner, contract, typeof contract === 'object' && contractSymbol in contract, validation);
  if (contract === undefined) return undefined;
  const { commands = {}, topics = {} } = contract as ContractDefinition;
  return {
    commands: Object.keys(commands),
    topics: Object.keys(topics),
    boundary: createBoundary(owner, { commands, topics }, validation),
  };
}

/** Checks the option `elsewhere`. */
export const checkElsewhere = (owner: string, elsewhere: Elsewhere = []): Elsewhere =>
  checkThat(owner, 'elsewhere', elsewhere, 'true or a list of names', elsewhere === true || Array.isArray(elsewhere));

/** Throws a TypeError where a table lacks what it is to have by the contract. */
export function checkServed(
  kind: 'commands' | 'topics',
  contract: ServedContract | undefined,
  names: Iterable<string>,
  elsewhere: Elsewhere,
): void {
  if (!contract || elsewhere === true) return;
  const there = new Set([...names, ...elsewhere]);
  const lacking = contract[kind].find((name) => !there.has(name));
  if (lacking !== undefined) throw new TypeError(`${kind}: no handler for "${lacking}" of the contract, and it is not elsewhere`);
}

const later = (judgement: Judgement): Observable<Validated<unknown>> => ('then' in judgement ? from(judgement) : of(judgement));

/** A handler that is given what the contract's codec makes of the data, and whose replies are checked and encoded. */
export function servedCommand<S extends AnySession>(
  link: PeerLink,
  name: string,
  handler: CommandHandler<S>,
  failed: (cause: unknown) => void,
  pace?: Pace,
): CommandHandler<S> {
  const boundary = link.contract?.boundary;
  const codecs = boundary?.command(name);
  if (!boundary || !codecs) return handler;
  return (data: unknown, context) => {
    const encoded = (value: unknown): Observable<unknown> =>
      later(boundary.encode(link, codecs.reply, name, value)).pipe(
        concatMap((result) => {
          if (!result.valid) throw result.error;
          return of(result.value);
        }),
      );
    const proceed = (result: Validated<unknown>): Observable<unknown> => {
      if (!result.valid) throw invalidData(name, result.error);
      return handlerResults(() => handler(result.value as never, context), failed, pace).pipe(concatMap(encoded));
    };
    const judgement = boundary.decode(link, codecs.request, name, data);
    return 'then' in judgement ? from(judgement).pipe(mergeMap(proceed)) : proceed(judgement);
  };
}

/** What a topic's handler is given. Throws a `SubscriptionRejectedError` that names what is wrong with it. */
export function servedParams(
  link: PeerLink,
  template: string,
  name: string,
  named: Record<string, string>,
  rest: unknown,
): unknown {
  const boundary = link.contract?.boundary;
  const topic = boundary?.topic(template);
  if (!boundary || !topic) return named;
  const result = boundary.judge(link, name, named, decodeParams(topic, named, rest));
  if (result.valid) return result.value;
  const { paths } = result.error;
  throw new SubscriptionRejectedError(
    name,
    'INVALID_DATA',
    { paths },
    { detail: 'the params are not valid', cause: result.error },
  );
}

/** Checks and encodes what a topic's handler produces. What is not valid is dropped and counted: the others are good. */
export function servedData(
  { contract, id, counters }: PeerLink,
  template: string,
  name: string,
  report: PeerLink['report'],
): MonoTypeOperatorFunction<unknown> {
  const boundary = contract?.boundary;
  const topic = boundary?.topic(template);
  if (!boundary || !topic) return identity;
  // Not the link, which may leave long before the others.
  const asker = { id, counters, report };
  return concatMap((value) =>
    later(boundary.encode(asker, topic.codecs.data, name, value)).pipe(
      concatMap((result) => {
        if (result.valid) return of(result.value);
        counters.drops.invalid++;
        report({ type: 'dropped', session: id, reason: 'invalid' });
        return EMPTY;
      }),
    ),
  );
}

/** A broadcast's data: checked and encoded, if the contract has a topic of this name. Throws a `ValidationError`. */
export function servedNotice(link: PeerLink, name: string, data: unknown): unknown {
  const boundary = link.contract?.boundary;
  const topic = boundary?.topic(name);
  if (!boundary || !topic) return data;
  const result = boundary.encode(link, topic.codecs.data, name, data);
  if ('then' in result) throw new TypeError(`contract: the codec of "${name}" must answer at once, for what is broadcast`);
  if (!result.valid) throw result.error;
  return result.value;
}
