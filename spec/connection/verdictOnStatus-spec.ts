import { expect } from 'chai';
import { verdictOnStatus } from '../../lib/connection/verdictOnStatus.js';
import { frozenTime } from '../testing/virtualTime.js';

// What headers may look like is told in verdict-spec.ts.
describe('verdictOnStatus', () => {
  const time = frozenTime();

  const rows: readonly (readonly [number, string | undefined, unknown])[] = [
    [503, '7', { retryAfter: 7_000 }],
    [429, '7', { retryAfter: 7_000 }],
    [503, undefined, 'retry'],
    [503, 'soon', 'retry'],
    [404, '7', 'final'],
    [401, '7', 'refresh'],
    [302, '7', 'retry'],
    [0, undefined, 'retry'],
  ];
  for (const [status, header, verdict] of rows)
    it(`is ${JSON.stringify(verdict)} on ${status} with Retry-After ${header ?? 'missing'}`, () => {
      expect(verdictOnStatus(status, header)).to.deep.equal(verdict);
    });

  it('counts a date from the RxJS time of the answer', () => {
    const date = 'Thu, 01 Jan 1970 00:01:00 GMT';
    expect(verdictOnStatus(503, date)).to.deep.equal({ retryAfter: 60_000 });
    time.tick(59_000);
    expect(verdictOnStatus(503, date)).to.deep.equal({ retryAfter: 1_000 });
    time.tick(1_000);
    expect(verdictOnStatus(503, date)).to.deep.equal({ retryAfter: 0 });
  });

  it('takes no advice from a date without the name of its day', () => {
    for (const header of ['01 Jan 1970 00:01:00 GMT', '00:01:00 GMT'])
      expect(verdictOnStatus(503, header), header).to.equal('retry');
  });
});
