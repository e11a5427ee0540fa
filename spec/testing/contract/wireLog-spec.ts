import { expect } from 'chai';
import { wireLog } from '../../../lib/testing/contract/wireLog.js';

describe('wireLog', () => {
  it('tells who sent what, in order', () => {
    const log = wireLog();
    expect(log.text).to.equal('');
    log.note('(connected)');
    log.toGateway('a');
    log.toClient(new Uint8Array([1]));
    expect(log.text).to.equal('\n  (connected)\n  client  > a\n  gateway > bytes 1');
  });

  it('keeps the last twelve lines, and says how many there were before', () => {
    const log = wireLog();
    for (let line = 1; line <= 15; line++) log.toClient(`${line}`);
    const lines = log.text.split('\n').slice(1);
    expect(lines).to.have.length(13);
    expect([lines[0], lines[1], lines.at(-1)]).to.deep.equal(['  (3 before)', '  gateway > 4', '  gateway > 15']);
  });
});
