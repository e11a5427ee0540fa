import { expect } from 'chai';
import { createCredentialState } from '../../lib/connection/credentialState.js';

describe('createCredentialState', () => {
  it('wants a new credential after a refusal, and not before', () => {
    const state = createCredentialState();
    const use = state.begin();
    expect(use).to.include({ stale: false, refreshed: false });
    expect(use.refused()).to.equal(true);
    expect(state.begin().stale).to.equal(true);
    state.renewed();
    expect(state.begin()).to.include({ stale: false, refreshed: true });
  });

  it('gives up when the new one is refused too', () => {
    const state = createCredentialState();
    state.begin().refused();
    state.renewed();
    expect(state.begin().refused()).to.equal(false);
  });

  it('does so also when other attempts failed in between for other reasons', () => {
    const state = createCredentialState();
    state.begin().refused();
    state.renewed();
    state.begin();
    expect(state.begin().refused()).to.equal(false);
  });

  it('starts anew after it gave up', () => {
    const state = createCredentialState();
    state.begin().refused();
    state.renewed();
    state.begin().refused();
    const next = state.begin();
    expect(next).to.include({ stale: false, refreshed: false });
    expect(next.refused()).to.equal(true);
  });

  it('may refresh again once the new one was of use', () => {
    const state = createCredentialState();
    state.begin().refused();
    state.renewed();
    const use = state.begin();
    use.accepted();
    expect(use.refreshed).to.equal(false);
    expect(use.refused()).to.equal(true);
    expect(state.begin().stale).to.equal(true);
  });

  it('does not hold the refusal of an old credential against a new one', () => {
    const state = createCredentialState();
    const [early, late] = [state.begin(), state.begin()];
    early.refused();
    state.renewed();
    expect(late.refused()).to.equal(true);
    expect(state.begin()).to.include({ stale: false, refreshed: true });
    expect(late.stale).to.equal(false);
  });

  it('does not take the use of an old credential for that of a new one', () => {
    const state = createCredentialState();
    const old = state.begin();
    state.renewed();
    old.accepted();
    expect(state.begin().refreshed).to.equal(true);
  });

  it('counts an attempt that waited for the new credential as one that uses it', () => {
    const state = createCredentialState();
    state.begin().refused();
    const waiting = state.begin();
    expect(waiting.stale).to.equal(true);
    state.renewed();
    waiting.adopt();
    expect(waiting.refreshed).to.equal(true);
    expect(waiting.refused()).to.equal(false);
  });
});
