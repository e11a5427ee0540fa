import { expect } from 'chai';
import { Subject } from 'rxjs';
import { tellEnd } from '../../lib/connection/tellEnd.js';

describe('tellEnd', () => {
  for (const error of [undefined, new Error('lost'), null, 0])
    it(error === undefined ? 'completes without an error' : `errors with ${String(error)}`, () => {
      const subject = new Subject<never>();
      const lines: unknown[] = [];
      subject.subscribe({ error: (told: unknown) => lines.push(['error', told]), complete: () => lines.push(['complete']) });
      tellEnd(subject, error);
      expect(lines).to.deep.equal([error === undefined ? ['complete'] : ['error', error]]);
    });
});
