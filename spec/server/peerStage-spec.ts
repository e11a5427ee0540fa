import { expect } from 'chai';
import { NEVER, type Observable, tap } from 'rxjs';
import type { Contract } from 'rxgate';
import type { Peer } from 'rxgate/server';
import { peerStage } from '../../lib/server/peerStage.js';

interface Trading extends Contract {
  readonly commands: { readonly place: { readonly request: string; readonly reply: number } };
}

describe('peerStage', () => {
  it('leaves a stage as it is, and its peers their contract', () => {
    const stage = tap<Peer>();
    expect(peerStage(stage)).to.equal(stage);
    const served$: Observable<Peer<Trading>> = NEVER;
    const peers: Observable<Peer<Trading>> = served$.pipe(peerStage(stage));
    const unserved$: Observable<Peer> = NEVER;
    // @ts-expect-error peers of no contract are not those of this one
    const others: Observable<Peer<Trading>> = unserved$;
    expect([peers, others]).to.have.length(2);
  });
});
