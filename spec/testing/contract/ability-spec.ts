import { expect } from 'chai';
import { abilities, dependent } from '../../../lib/testing/contract/ability.js';
import { protocolContract } from 'rxgate/testing';
import { completeSubject } from './completeProtocol.js';

describe('the abilities of protocols', () => {
  it('depend on abilities, and none on itself', () => {
    for (const [ability, all] of Object.entries(dependent)) {
      expect(abilities).to.include.keys([ability, ...all]);
      expect(all).to.not.include(ability);
    }
  });

  for (const [ability, words] of Object.entries(abilities))
    it(`have one case each that shows them: ${ability}`, () => {
      const cases = protocolContract({ ...completeSubject, cannot: { [ability]: 'no' } });
      expect(cases.filter(({ name }) => name.startsWith('cannot '))).to.have.length(1);
      expect(cases.map(({ name }) => name)).to.include(`cannot ${words}: no`);
    });
});
