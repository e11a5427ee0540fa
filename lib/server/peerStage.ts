import type { MonoTypeOperatorFunction, Observable } from 'rxjs';
import type { Peer } from './peer.js';

/** A stage for peers of any contract: they keep it. */
export type PeerStage = <P extends Peer>(source: Observable<P>) => Observable<P>;

/** Says of a stage that it passes on the peers that it gets, so that the contract they are served by is not lost. */
export const peerStage = (stage: MonoTypeOperatorFunction<Peer>): PeerStage => stage as PeerStage;
