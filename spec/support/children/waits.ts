import { until } from '../until.js';

describe('a wait', () => {
  it('for what never comes', async function () {
    this.timeout(300);
    await until(() => false);
  });
  it('after its time', async function () {
    this.timeout(100);
    await until(() => false, 60_000);
  });
});
