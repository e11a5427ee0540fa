import type { DrainReport } from '../connection/drainRun.js';
import type { Contract, Untyped } from '../contract/contract.js';
import { checkFunction } from '../options/check.js';
import type { DrainConfig } from '../operators/drain.js';
import { createGateway, type Gateway, type GatewayConfig } from './createGateway.js';

/** One shared gateway for each key; whoever made the registry owns it. */
export interface Gateways<C extends Contract = Untyped> {
  /** The gateway of `key`; `config` is asked for it once, and again after that gateway was closed. */
  get(key: string, config: () => GatewayConfig<C>): Gateway<C>;
  /** The keys of the gateways that are not closed. */
  keys(): readonly string[];
  /**
   * Closes them all, and forgets them. The reports come by key, of those that were not closed before; resolves once these too are closed.
   */
  close(config?: DrainConfig): Promise<ReadonlyMap<string, DrainReport>>;
}

/**
 * A registry of gateways: two places that ask for one key share one connection. Each connects with its first subscriber and lets go with
 * its last. Put into the key whatever makes a connection another one: the url, and who is logged in.
 *
 * @example
 * const gateways = createGateways();
 * const prices = gateways.get(`prices ${user}`, () => ({ url, protocol: commandNotify() }));
 */
export function createGateways<C extends Contract = Untyped>(): Gateways<C> {
  const all = new Map<string, Gateway<C>>();
  return {
    get(key, config) {
      const known = all.get(key);
      if (known && !known.closed) return known;
      checkFunction('gateways.get', 'config', config);
      const made = createGateway<C>(config());
      all.set(key, made);
      // Whoever closed it, and however; by then its key may have another gateway.
      made.states.subscribe(({ status }) => {
        if (status === 'closed' && made.closed && all.get(key) === made) all.delete(key);
      });
      return made;
    },
    keys: () => [...all].filter(([, gateway]) => !gateway.closed).map(([key]) => key),
    async close(config) {
      const closing = [...all].map(async ([key, gateway]) => {
        const { closed } = gateway;
        const report = await gateway.close(config);
        return closed ? [] : [[key, report] as const];
      });
      return new Map((await Promise.all(closing)).flat());
    },
  };
}
