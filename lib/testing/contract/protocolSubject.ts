import type { Message } from '../../protocols/message.js';
import type { Codec, Frame, Protocol } from '../../protocols/protocol.js';
import type { ProtocolAbility } from './ability.js';

/** The gateway's side of one connection, in the protocol's own words: a codec of messages the other way round. */
export interface ContractGateway {
  /** The frame or frames by which the gateway says a message. `undefined`: it has no words for that. */
  encode(message: Message): ReturnType<Codec['encode']>;
  /** What a frame of the client asks for. What is no message to the suite: `{ kind: 'other', body }`, or nothing. */
  decode(frame: Frame): Message | readonly Message[] | undefined;
  /** What the gateway says as soon as the socket is open. Default: nothing. */
  open?(): readonly Frame[];
  /** The frames that answer a step of the client's greeting; `undefined` for a frame that is none. Default: there are no steps. */
  greet?(frame: Frame): readonly Frame[] | undefined;
  /** What is to be said for a frame that was read, as a codec has it. Default: nothing. */
  readonly owed?: Frame[] | undefined;
  /** What turns a client away in place of all that: frames, or the code of a close. */
  readonly refuse?: readonly Frame[] | number | undefined;
}

/** How a protocol that has them puts several messages into one frame. */
export interface ContractBatch {
  /** One frame of several. */
  join(frames: readonly Frame[]): Frame;
  /** What may stand between good ones, and cannot be read. */
  readonly bad: Frame;
}

/** What `protocolContract` is run on. */
export interface ProtocolSubject {
  /** Makes the protocol; called for each case. */
  readonly protocol: () => Protocol;
  /** Makes the gateway's side of one connection. Default: what the protocol's own `server()` makes. */
  readonly gateway?: (() => ContractGateway) | undefined;
  /** What the protocol cannot do, each with the reason. The suite checks that it is so. Default: it can do all. */
  readonly cannot?: Readonly<Partial<Record<ProtocolAbility, string>>> | undefined;
  /** A command that the gateway knows. Default `'echo'`. */
  readonly command?: string | undefined;
  /** Two topics. Default `'news'` and `'sport'`. */
  readonly topics?: readonly [string, string] | undefined;
  /** The code of an error reply and of a refusal. Default `'NO'`. */
  readonly code?: string | number | undefined;
  /** Data of the form that this protocol carries, made of a text. Default `(text) => ({ text })`. */
  readonly data?: ((text: string) => unknown) | undefined;
  /** Params of a topic, made of a text. Default: as `data`. */
  readonly params?: ((text: string) => unknown) | undefined;
  /** For the greeting. Default: none. */
  readonly credentials?: unknown;
  /** Frames that cannot be read. Add those of your protocol, with fields missing and of a wrong type. Default: two that are no JSON. */
  readonly malformed?: readonly Frame[] | undefined;
  /** Frames that can be read, and that have no meaning to this adapter. */
  readonly unknown?: readonly Frame[] | undefined;
  readonly batch?: ContractBatch | undefined;
}

/** The subject with its defaults. */
export type ContractSettings = {
  readonly [K in Exclude<keyof ProtocolSubject, 'credentials' | 'batch'>]-?: NonNullable<ProtocolSubject[K]>;
} & Pick<ProtocolSubject, 'credentials' | 'batch'> & { can(ability: ProtocolAbility): boolean };
