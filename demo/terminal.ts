import { styleText } from 'node:util';

type Colour = Parameters<typeof styleText>[0];

/** Where the demo writes: lines that stay, and on a terminal one line at the bottom that is drawn again and again. */
export interface Terminal {
  /** Writes time, tag and text; nothing without a text. */
  line(tag: string, text: string | undefined): void;
  /** Writes text without time and tag. */
  text(text: string): void;
  /** Draws the line at the bottom anew; nothing in a pipe. */
  status(text: string): void;
  /** Takes the line at the bottom away. */
  clear(): void;
}

const colours: Readonly<Record<string, Colour>> = {
  gateway: 'magenta',
  state: 'cyan',
  topic: 'blue',
  order: 'yellow',
  receipt: 'green',
  bar: 'gray',
};

/** A terminal on standard output. In a pipe it writes plain lines; `NO_COLOR` takes the colours away. */
export function createTerminal({ stdout, env } = process): Terminal {
  const live = stdout.isTTY && env.TERM !== 'dumb';
  const coloured = live && !env.NO_COLOR;
  const begun = performance.now();
  let shown = '';

  // Back to the first column; what was there goes.
  const wipe = '\r\x1b[K';
  const write = (line: string): void => void stdout.write(live ? `${wipe}${line}\n${shown}` : `${line}\n`);
  const draw = (text: string): void => {
    const fitting = text.slice(0, (stdout.columns || 80) - 1);
    if (!live || fitting === shown) return;
    shown = fitting;
    stdout.write(`${wipe}${shown}`);
  };

  return {
    line: (tag, text) => {
      if (text === undefined) return;
      const time = ((performance.now() - begun) / 1000).toFixed(2).padStart(6);
      const label = tag.padEnd(8);
      write(`${time} s  ${coloured ? styleText(colours[tag] ?? 'white', label) : label} ${text}`);
    },
    text: write,
    status: draw,
    clear: () => draw(''),
  };
}
