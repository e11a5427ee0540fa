import { expect } from 'chai';
import { changesByName } from '../../../lib/asyncapi/diff/changesByName.js';
import type { DocumentChange } from '../../../lib/asyncapi/diff/documentChange.js';

describe('changesByName', () => {
  const change = (reason: string): DocumentChange => ({
    ...{ breaking: false, subject: 's', direction: 'both', document: 'new', pointer: '#', reason },
  });
  const named = (...names: readonly string[]) => names.map((name, at) => ({ name, at }));

  it('goes through the old ones in their order, then through those that are new', () => {
    const changes = changesByName(named('a', 'b', 'c'), named('d', 'c', 'a', 'e'), {
      nameOf: ({ name }) => name,
      kept: (old, changed) => (old.at === changed.at ? [] : [change(`${old.name} ${old.at} ${changed.at}`)]),
      gone: ({ name }, added) => change(`${name} gone for ${added.map((one) => one.name).join()}`),
      added: ({ name }) => change(`${name} new`),
    });
    expect(changes.map(({ reason }) => reason)).to.deep.equal(['a 0 2', 'b gone for d,e', 'c 2 1', 'd new', 'e new']);
  });
});
