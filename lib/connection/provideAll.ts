import { forkJoin, map, type Observable } from 'rxjs';
import type { ConnectSettings } from './connectConfig.js';
import type { Failover } from './failover.js';
import { type Provider, type ProviderContext, provide } from './provider.js';

/** What the providers of one attempt gave. */
export interface Provided {
  readonly url: string;
  readonly protocols: readonly string[];
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly credentials: unknown;
}

/** The ring that a url is, if it is one. */
export const failoverOf = (url: Provider<string> | Failover): Failover | undefined =>
  typeof url === 'object' && 'next' in url && 'report' in url ? url : undefined;

/** Asks all providers of an attempt; errors with the first that fails. */
export function provideAll(settings: ConnectSettings, context: ProviderContext): Observable<Provided> {
  const ring = failoverOf(settings.url);
  const { protocols = settings.protocol.subprotocols ?? [], headers, credentials } = settings;
  return forkJoin([
    provide(ring ? () => ring.next() : (settings.url as Provider<string>), context),
    provide(protocols, context),
    provide(headers, context),
    provide(credentials, context),
  ]).pipe(
    map(([url, offered, sent, credential]) => ({
      url,
      protocols: typeof offered === 'string' ? [offered] : offered,
      headers: sent,
      credentials: credential,
    })),
  );
}
