import { defaultIfEmpty, finalize, type Observable, type OperatorFunction, type Subscription, take, tap } from 'rxjs';
import type { GatewayError, RequestFailedError } from '../errors/gatewayErrors.js';
import type { FailureMessage, RequestMessage } from '../protocols/message.js';
import { outcomeOf } from './commandOutcome.js';
import type { PeerLink } from './peerLink.js';
import { tellAnswer } from './tellAnswer.js';

/** Only an error that was made to be told is told; of any other, a client learns that there was one. */
const failureOf = (error: unknown): Omit<FailureMessage, 'kind' | 'id'> | undefined => {
  if ((error as Partial<GatewayError> | null | undefined)?.kind !== 'requestFailed') return undefined;
  const { code, detail, data, retryAfter } = error as RequestFailedError;
  return { code, message: detail, data, retryAfter };
};

/** Whether it is the data that is at fault, as `validated` found. */
const isInvalid = (error: unknown, command: string): boolean => {
  const { code, command: about, cause } = (error ?? {}) as Partial<RequestFailedError>;
  return code === 'INVALID_DATA' && about === command && (cause as Partial<GatewayError> | undefined)?.kind === 'validation';
};

/** Answers a request with the first value. */
const single =
  (link: PeerLink, { id }: RequestMessage): OperatorFunction<unknown, unknown> =>
  (produced) =>
    produced.pipe(
      take(1),
      defaultIfEmpty(undefined),
      // What cannot be encoded is a failure of the command.
      tap((data) => {
        if (link.open) link.transmit({ kind: 'reply', id, data, last: true });
      }),
    );

/** Runs a request, and answers it; with a stream, all values by way of `paced`. */
export function answerCommand(
  link: PeerLink,
  request: RequestMessage,
  produced: Observable<unknown>,
  paced: () => OperatorFunction<unknown, unknown>,
): Subscription {
  const { id, command, stream = false } = request;
  const note = outcomeOf(link, command);
  return produced
    .pipe(
      stream ? paced() : single(link, request),
      tap(() => {
        note('answered');
      }),
      finalize(() => {
        note('stopped');
      }),
    )
    .subscribe({
      error: (error: unknown) => {
        const told = failureOf(error);
        note(told ? 'refused' : 'failed');
        if (!told) link.report({ type: 'hookFailed', hook: command, cause: error });
        tellAnswer(link, command, {
          kind: 'failure',
          id,
          ...(told ?? { code: 'INTERNAL_ERROR', message: 'the command failed' }),
        });
      },
      complete: () => {
        if (stream) link.tell({ kind: 'reply', id, last: true });
        note('answered');
      },
    });
}

/** Runs a command that nobody waits for an answer to. */
export function runCommand(link: PeerLink, command: string, produced: Observable<unknown>): Subscription {
  const note = outcomeOf(link, command);
  return produced
    .pipe(
      // As for a request without a stream; and nothing that a client sends could stop it.
      take(1),
      finalize(() => {
        note('stopped');
      }),
    )
    .subscribe({
      error: (cause: unknown) => {
        const invalid = isInvalid(cause, command);
        note(invalid ? 'refused' : 'failed');
        // What was wrong with the data is reported already.
        if (invalid) link.drop('invalid');
        else link.report({ type: 'hookFailed', hook: command, cause });
      },
      complete: () => {
        note('answered');
      },
    });
}
