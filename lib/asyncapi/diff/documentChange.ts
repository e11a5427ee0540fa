import type { GatewayModel } from '../gatewayModel.js';

/** A difference between two documents. */
export interface DocumentChange {
  /** Whether clients of the old document may fail. */
  readonly breaking: boolean;
  /** The command, or the template of the topic. */
  readonly subject: string;
  /** Whether it is about what a client sends, or about what it receives. */
  readonly direction: 'sent' | 'received' | 'both';
  /** The document that the pointer is of: of what is gone the old one. */
  readonly document: 'old' | 'new';
  /** The JSON pointer of the place. */
  readonly pointer: string;
  /** What is different, in words. */
  readonly reason: string;
}

/** The two documents. */
export interface Models {
  readonly old: GatewayModel;
  readonly new: GatewayModel;
}
