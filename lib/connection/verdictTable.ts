import { closeRules, type VerdictRule } from './verdict.js';
import { statusRules } from './verdictOnStatus.js';

/** What the close codes 1000–4999 and the HTTP statuses of a refused upgrade mean. The first line that matches decides; none: `retry`. */
export const verdictTable: readonly VerdictRule[] = [...closeRules, ...statusRules];
