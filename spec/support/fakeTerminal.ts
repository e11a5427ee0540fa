import type { Terminal } from '../../lib/cli/terminal.js';

/** A terminal that keeps what is written to it. */
export interface FakeTerminal extends Terminal {
  readonly lines: readonly string[];
  readonly notes: readonly string[];
  /** Ctrl-C. */
  interrupt(): void;
  /** How many wait for it. */
  readonly listening: number;
  /** Resolves with the first note, past or future, that has this text. */
  noted(text: string): Promise<string>;
  /** Resolves when there are so many lines. */
  printed(count: number): Promise<void>;
}

/** One in a folder, whose reader goes away when it has `reads` lines. */
export function fakeTerminal(folder = '.', reads = Infinity): FakeTerminal {
  const lines: string[] = [];
  const notes: string[] = [];
  const handlers = new Set<() => void>();
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const one of [...waiting]) one();
  };
  const until = <T>(find: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const one = (): void => {
        const found = find();
        if (found === undefined) return;
        waiting.delete(one);
        resolve(found);
      };
      waiting.add(one);
      one();
    });
  return {
    folder,
    lines,
    notes,
    print: (line) => {
      if (lines.length >= reads) return Promise.resolve(false);
      lines.push(line);
      look();
      return Promise.resolve(true);
    },
    note: (line) => {
      notes.push(line);
      look();
    },
    progress: () => undefined,
    colour: (_colour, text) => text,
    onSignal: (handler) => {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    interrupt: () => {
      for (const handler of [...handlers]) {
        handlers.delete(handler);
        handler();
      }
    },
    get listening() {
      return handlers.size;
    },
    noted: (text) => until(() => notes.find((note) => note.includes(text))),
    printed: (count) => until(() => (lines.length >= count ? true : undefined)).then(() => undefined),
  };
}
