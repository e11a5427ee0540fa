import { Observable } from 'rxjs';
import { checkContract } from '../contract/checkContract.js';
import { type Contract, contractSymbol, type Untyped } from '../contract/contract.js';
import { attempt, type Carried } from './attempt.js';
import { checkConnect, type ConnectConfig } from './connectConfig.js';
import { createCredentialState } from './credentialState.js';
import type { Session } from './session.js';

/**
 * Connects to a gateway. Cold: each subscription opens one socket, on an RxJS WebSocketSubject of its own.
 *
 * Emits the session once the socket is open and the protocol's greeting was accepted. Providers (`url`, `protocols`, `headers`,
 * `credentials`) are asked for each attempt anew; after a 4401 or HTTP 401 functions are asked with `{ refreshed: true }`.
 *
 * Errors with a `GatewayError` on every end that the application did not ask for, a clean close by the gateway too: `ConnectFailedError`,
 * `ConnectTimeoutError` (`connectTimeout`, 10 000 ms), `HandshakeRejectedError`, `ConnectionLostError`, or what a stage gave to
 * `session.terminate`. Whether it is `retryable` is the verdict on the close code or HTTP status (see `verdictTable`), never whether the
 * close was clean. Completes only after `session.close()`. Throws a TypeError or RangeError that names a bad option.
 *
 * With a `contract` its sessions are typed, and their payloads are checked and decoded: what is refused costs its request or notification alone.
 *
 * Unsubscribing closes with 1000, waiting for the close handshake in the background for `closeTimeout` (2 000 ms); before the socket is
 * open it aborts. There is no reconnect here: `retryBackoff` above subscribes again, and each attempt is a new session.
 *
 * The order of stages is their meaning:
 *
 * @example
 * const session$ = connect({ url: 'wss://gw.example/ws', protocol: commandNotify() }).pipe(
 *   authenticate((session) => session.request('POST_LOGIN', { token: getToken() })), // its failures reconnect
 *   heartbeat(),                                                                     // and so do these
 *   retryBackoff(),
 *   shareSession(),                                                                  // one connection for every consumer
 * );
 */
export function connect<C extends Contract = Untyped>(config: ConnectConfig<C>): Observable<Session<NoInfer<C>>> {
  const settings = checkConnect(config);
  let generation = 0;
  const { contract, validation } = config;
  const bind = contract?.[contractSymbol];
  checkContract('connect', contract, !!bind, validation);
  const carried: Carried = { credential: createCredentialState(), prepare: bind?.(validation) };
  return new Observable<Session>((subscriber) =>
    attempt(settings, ++generation, carried, subscriber),
  ) as Observable<unknown> as Observable<Session<C>>;
}
