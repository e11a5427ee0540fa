import { AuthenticationError } from '../errors/gatewayErrors.js';
import { checkObject } from '../options/check.js';
import { isText } from './fields.js';
import type { Frame, Greeting, HeartbeatDefaults } from './protocol.js';
import type { SocketIoSettings } from './socketIoCodec.js';
import { connectErrorType, connectType, type SocketIoPacket } from './socketIoPacket.js';
import type { SocketIoOpen } from './socketIoReader.js';

/** What the next session needs to go on where this one ended. */
export interface SocketIoResume {
  readonly pid: string;
  /** Of the last event that came. */
  readonly offset: string;
}

/** What is known of a session, from its beginning. */
export interface SocketIoState {
  /** How many bytes the gateway takes in one frame. */
  maxPayload?: number | undefined;
  /** Until the namespace is connected, those of the session that is to go on. */
  pid?: string | undefined;
  offset?: string | undefined;
}

/** Waits for the gateway's word, connects the namespace with the credentials, and asks to go on where a session ended `before`. */
export function socketIoGreeting(
  { namespace, recovery }: SocketIoSettings,
  state: SocketIoState,
  before: SocketIoResume | undefined,
  write: (type: number, data?: unknown) => readonly Frame[],
): Greeting {
  let credentials: object;
  let heartbeat: HeartbeatDefaults | undefined;
  return {
    open: (given) => {
      credentials = checkObject<object>('socketIo', 'credentials', given ?? {});
      return [];
    },
    accept: (message) => {
      const { kind } = message;
      if (kind === 'ping') return { send: ['3'] };
      if (kind === 'malformed') return { refused: message.error };
      // What a recovered session missed comes before its CONNECT.
      if (kind !== 'other') return 'hold';
      const body = message.body as SocketIoOpen & SocketIoPacket;
      if (body.pingInterval) {
        heartbeat = { interval: body.pingInterval, timeout: body.pingTimeout };
        state.maxPayload = body.maxPayload;
        return { send: write(connectType, { ...before, ...credentials }) };
      }
      const { type, data } = body;
      if (!heartbeat || body.namespace !== namespace) return 'wait';
      const { sid, pid, message: text } = data as Readonly<Record<string, unknown>>;
      if (type === connectErrorType)
        return { refused: new AuthenticationError(`${namespace} was refused: ${text as string}`, { cause: data }) };
      state.pid = recovery && isText(pid) ? pid : undefined;
      const recovered = !!before && state.pid === before.pid;
      if (!recovered) state.offset = undefined;
      return { opened: { sid, recovered }, heartbeat };
    },
  };
}
