/**
 * Where a connection stands, as one discriminated union. See {@link connectionStates} for the observable of it, and
 * {@link connectionTransitions} for what may follow what.
 */
export type ConnectionState =
  /** Nobody subscribes. */
  | { readonly status: 'disconnected' }
  /** An attempt is on its way: provider, upgrade, greeting. `attempt` counts the attempts in a row, from 1. */
  | { readonly status: 'connecting'; readonly attempt: number }
  /** The socket is open; the handshake of `authenticate` runs, if there is one. */
  | { readonly status: 'connected' }
  /** The session is usable, and has been from the time `since`, in ms. It follows at once where there is no `authenticate`. */
  | { readonly status: 'authenticated'; readonly since: number }
  /** Waiting `delay` ms before attempt number `attempt`, because of `cause`. */
  | { readonly status: 'reconnecting'; readonly attempt: number; readonly delay: number; readonly cause: unknown }
  /** The application is closing. */
  | { readonly status: 'closing' }
  /** Closed by the application, or for good by the error `cause`. A new subscriber starts at `connecting` with attempt 1. */
  | { readonly status: 'closed'; readonly cause?: unknown };

/** The `status` of a {@link ConnectionState}. */
export type ConnectionStatus = ConnectionState['status'];
