import type { Protocol } from '../../protocols/protocol.js';
import type { ProtocolAbility } from './ability.js';
import type { Scene } from './scene.js';

/** A case of the suite, as it is written. */
export interface ContractScript {
  /** A sentence that says what holds. */
  readonly name: string;
  /** What it shows that the protocol can do. Of a protocol that cannot, it must not hold. */
  readonly about?: ProtocolAbility;
  /** What else has to be possible for it. */
  readonly needs?: readonly ProtocolAbility[];
  /** Why it is not for this protocol; `undefined` if it is. */
  readonly unfit?: (protocol: Protocol) => string | undefined;
  play(scene: Scene): void;
  /** What holds in its place, where the protocol cannot do what it is about. */
  instead?(scene: Scene): void;
}
