import type * as Protocols from '../lib/protocols/index.js';
import type * as Rxgate from '../lib/index.js';

/**
 * The build, as it is shipped. By its path: `bench/` is a package of its own, so that the name leads nowhere from here. Its types are
 * those of the sources, which are there before the build is.
 */
export const built = (path: string): Promise<unknown> => import(new URL(`../dist/esm/${path}`, import.meta.url).href);

export const rxgate = (await built('index.js')) as typeof Rxgate;
export const protocols = (await built('protocols/index.js')) as typeof Protocols;
