import { closeLines, type VerdictLines, type VerdictRule } from './verdict.js';
import { statusLines } from './verdictOnStatus.js';

const rulesOf = (of: VerdictRule['of'], lines: readonly VerdictLines[]): VerdictRule[] =>
  lines.flatMap(([verdict, ...ranges]) =>
    ranges.map(([from, to]) => ({
      ...{ of, from, to },
      ...(verdict === 'advised' ? { verdict: 'retry', advised: true } : { verdict }),
    })),
  );

/** What the close codes 1000–4999 and the HTTP statuses of a refused upgrade mean. The first line that matches decides; none: `retry`. */
export const verdictTable: readonly VerdictRule[] = [
  ...rulesOf('close', [...closeLines, ['retry', [1000, 4999]]]),
  ...rulesOf('status', statusLines),
];
