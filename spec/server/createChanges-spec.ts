import { expect } from 'chai';
import { createChanges } from '../../lib/server/createChanges.js';

describe('createChanges', () => {
  it('tells each change to all observers before the next, also one that an observer makes', () => {
    const { changes, tell } = createChanges<string>();
    const heard: string[] = [];
    changes.subscribe((change) => {
      if (change === 'first') tell('second');
    });
    changes.subscribe((change) => heard.push(change));
    tell('first');
    expect(heard).to.deep.equal(['first', 'second']);
  });

  it('is hot: what was told before is not repeated', () => {
    const { changes, tell } = createChanges<string>();
    const heard: string[] = [];
    tell('first');
    const listening = changes.subscribe((change) => heard.push(change));
    tell('second');
    listening.unsubscribe();
    tell('third');
    expect(heard).to.deep.equal(['second']);
  });

  it('hands out no subject', () => {
    expect(createChanges().changes).not.to.have.property('next');
  });
});
