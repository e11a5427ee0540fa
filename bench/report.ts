import type { Verdict } from './figures.js';

/** What a run prints, and what of it goes into the document. */
export interface Report {
  line(text: string): void;
  /** Tells whether the limits are met; one that is not fails the program. */
  judge(verdicts: readonly Verdict[]): void;
  readonly text: string;
  readonly verdicts: readonly Verdict[];
}

export const isMet = ({ figure, limit }: Verdict): boolean => figure <= limit;

export function createReport(): Report {
  const lines: string[] = [];
  const all: Verdict[] = [];
  return {
    line(text) {
      lines.push(text);
      console.log(text);
    },
    judge(verdicts) {
      all.push(...verdicts);
      for (const verdict of verdicts) {
        const { what, figure, limit, unit = '' } = verdict;
        console.log(`${isMet(verdict) ? 'met   ' : 'MISSED'} ${what}: ${figure.toFixed(2)}${unit} ≤ ${limit}${unit}`);
        if (!isMet(verdict)) process.exitCode = 1;
      }
    },
    get text() {
      return lines.join('\n');
    },
    verdicts: all,
  };
}
