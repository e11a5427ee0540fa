import { asyncScheduler, type Subscriber } from 'rxjs';
import { checkDuration, checkFunction, checkName, checkObject, checkOneOf, checkSignal, checkThat } from '../options/check.js';
import type { PendingRequest } from './pendingRequests.js';
import type { RequestOptions } from './session.js';

/** Milliseconds that a request or a waiting send may take, unless it says otherwise. */
export const defaultRequestTimeout = 10_000;

/** A request as it was asked for, checked: each subscription makes a {@link PendingRequest} of it. */
export interface RequestSpec {
  readonly command: string;
  readonly data: unknown;
  readonly timeout: number;
  readonly stream: boolean;
  readonly idempotent: boolean | string;
  readonly waits: boolean;
  readonly random: () => number;
}

/** The options that a request and a send share, checked at the call. */
export function checkWaiting(owner: string, options: RequestOptions): { timeout: number; waits: boolean } {
  checkObject(owner, 'options', options);
  const { timeout = defaultRequestTimeout, whileDisconnected = 'wait' } = options;
  checkSignal(owner, options.signal);
  checkDuration(owner, 'timeout', timeout, { min: 1, infinite: true });
  return { timeout, waits: checkOneOf(owner, 'whileDisconnected', whileDisconnected, ['wait', 'fail']) === 'wait' };
}

/** Checks a request at the call; throws an error that names the option. */
export function checkRequest(command: string, data: unknown, options: RequestOptions = {}): RequestSpec {
  const waiting = checkWaiting('request', options);
  const { stream = false, idempotent = false, random = Math.random } = options;
  checkName('request', 'command', command);
  checkFunction('request', 'random', random);
  checkThat('request', 'stream', stream, 'true or false', typeof stream === 'boolean');
  if (typeof idempotent !== 'boolean') checkName('request', 'idempotent', idempotent);
  if (stream && idempotent) throw new TypeError('request: idempotent cannot go with stream: a stream is never asked for twice');
  return { command, data, ...waiting, stream, idempotent, random };
}

/** 104 bits of `random`: as good as a UUID for the keys of one client. */
const generateKey = (random: () => number): string =>
  [random(), random()].map((number) => Math.floor(number * 2 ** 52).toString(36)).join('-');

/** One subscription of a request, not sent yet. */
export function pendingRequest(
  spec: RequestSpec,
  subscriber: Subscriber<unknown>,
  retake?: (request: PendingRequest) => void,
): PendingRequest {
  const { idempotent, timeout } = spec;
  return {
    kind: 'request',
    subscriber,
    command: spec.command,
    data: spec.data,
    stream: spec.stream,
    key: idempotent === true ? generateKey(spec.random) : idempotent || undefined,
    timeout,
    deadline: timeout === Infinity ? Infinity : asyncScheduler.now() + timeout,
    id: 0,
    sentAt: 0,
    retake: idempotent ? retake : undefined,
    owner: undefined,
  };
}
