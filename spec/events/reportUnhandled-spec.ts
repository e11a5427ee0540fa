import { expect } from 'chai';
import { config } from 'rxjs';
import sinon from 'sinon';
import { reportUnhandled } from '../../lib/events/reportUnhandled.js';

describe('reportUnhandled', () => {
  it('throws an error in a turn of its own', () => {
    const clock = sinon.useFakeTimers();
    const broken = new Error('broken');
    try {
      reportUnhandled(broken);
      expect(() => clock.runAll()).to.throw(broken);
    } finally {
      clock.restore();
    }
  });

  it('tells it to who set config.onUnhandledError, instead', () => {
    const clock = sinon.useFakeTimers();
    const heard: unknown[] = [];
    config.onUnhandledError = (error: unknown) => void heard.push(error);
    try {
      reportUnhandled('broken');
      expect(heard).to.deep.equal([]);
      clock.runAll();
      expect(heard).to.deep.equal(['broken']);
    } finally {
      config.onUnhandledError = null;
      clock.restore();
    }
  });
});
