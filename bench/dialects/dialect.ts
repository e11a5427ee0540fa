/** What the gateway of the benchmark does for one connection, whatever its frames look like. */
export interface Wire {
  send(frame: string): void;
  /** From now on, what follows the first answer of a turn is sent as one frame, which `join` makes; a flood stays one of single frames. */
  gather(join: (frames: readonly string[]) => string): void;
  /** Carries out a command; `write` makes the frame of its reply. */
  command(name: string, data: unknown, write: (data: unknown) => string): void;
  /** Notes a subscription; `write` makes the frame of a notification. */
  topic(name: string, write: (data: unknown) => string): void;
}

/** The frames of one peer. Opened for each connection; what it gives takes the frames of that connection. */
export interface Dialect {
  readonly subprotocol?: string;
  open(wire: Wire): (frame: string) => void;
}
