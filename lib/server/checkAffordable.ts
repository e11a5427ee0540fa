import { checkThat } from '../options/check.js';
import type { MessageKind } from '../protocols/message.js';
import type { RateLimit } from './rateLimitConfig.js';

/** A bucket of the options, by the name that it has there. */
export type NamedLimit = readonly [name: string, limit: RateLimit | undefined];

interface Costs {
  readonly costs: Readonly<Record<string, number>>;
  readonly kindCosts: Readonly<Record<MessageKind, number>>;
}

const owner = 'rateLimit';

/**
 * Throws where something costs more than a bucket ever holds: it could never be done. What a store of the application's holds is not known. Of a
 * fraction, what is left over is asked for sooner or later.
 */
export function checkAffordable(
  shared: readonly NamedLimit[],
  perCommand: Readonly<Record<string, RateLimit | undefined>>,
  { costs, kindCosts }: Costs,
): void {
  const check = (name: string, cost: number, [bucket, limit]: NamedLimit): void => {
    if (!limit || !('points' in limit) || 'consume' in limit) return;
    const { points } = limit;
    checkThat(owner, name, cost, `at most ${points}, which ${bucket}.points holds`, Math.ceil(cost) <= points, RangeError);
  };
  for (const limit of shared) {
    for (const [name, cost] of Object.entries(costs)) check(`costs.${name}`, cost, limit);
    for (const [kind, cost] of Object.entries(kindCosts)) check(`kindCosts.${kind}`, cost, limit);
  }
  for (const [command, limit] of Object.entries(perCommand)) {
    const named: NamedLimit = [`perCommand.${command}`, limit];
    const cost = Object.hasOwn(costs, command) ? costs[command] : undefined;
    // It may come as a request or as a send: one of both is enough.
    const kind = kindCosts.request <= kindCosts.send ? 'request' : 'send';
    if (cost === undefined) check(`kindCosts.${kind}`, kindCosts[kind], named);
    else check(`costs.${command}`, cost, named);
  }
}
