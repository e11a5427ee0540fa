/** What is written in a turn and held until its end. */
export interface Held {
  flush(): void;
}

/** The turns in which the peers of one server are written to. */
export interface Turns {
  /** The number of this turn, or of the next one if nothing was written in it yet. */
  current: number;
  /** Something is written: the turn has an end. */
  begin(): void;
  /** As `begin`, and flushes at the end. */
  hold(held: Held): void;
}

/** One tick per turn for all sockets of a server: one each would be a good part of what a write costs. */
export function createTurns(): Turns {
  let all: Held[] = [];
  let begun = false;

  const end = (): void => {
    const flushed = all;
    begun = false;
    turns.current++;
    if (flushed.length === 0) return;
    all = [];
    for (const held of flushed) held.flush();
  };
  const turns: Turns = {
    current: 0,
    begin: () => {
      if (begun) return;
      begun = true;
      process.nextTick(end);
    },
    hold: (held) => {
      all.push(held);
      turns.begin();
    },
  };
  return turns;
}
