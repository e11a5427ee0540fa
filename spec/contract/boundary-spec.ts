import { expect } from 'chai';
import { createCounters, type GatewayEvent } from 'rxgate';
import { createBoundary, type Validation } from '../../lib/contract/boundary.js';

const isText = (value: unknown): value is string => typeof value === 'string';

describe('createBoundary', () => {
  const scene = (validation?: Validation) => {
    const events: GatewayEvent[] = [];
    const counters = createCounters();
    const boundary = createBoundary('x', { commands: { a: { request: isText } } }, validation);
    return { boundary, events, counters, link: { id: 1, counters, report: (event: GatewayEvent) => void events.push(event) } };
  };

  it('refuses, reports and counts', () => {
    const { boundary, link, events, counters } = scene();
    expect(boundary?.decode(link, isText, 'a', 'good')).to.deep.equal({ valid: true, value: 'good' });
    expect(boundary?.encode(link, isText, 'a', 7)).to.include({ valid: false });
    expect(events).to.have.length(1);
    expect(events[0]).to.include({ type: 'invalid', session: 1, name: 'a' });
    expect(counters.invalid).to.equal(1);
  });

  it('report: lets it pass', () => {
    const { boundary, link, events, counters } = scene('report');
    expect(boundary?.decode(link, isText, 'a', 7)).to.deep.equal({ valid: true, value: 7 });
    expect([events.length, counters.invalid]).to.deep.equal([1, 1]);
  });

  it('off: there is none', () => {
    expect(scene('off').boundary).to.equal(undefined);
  });

  it('knows its commands, and gives undefined without a codec', () => {
    const { boundary, link } = scene();
    expect(boundary?.command('a')).to.deep.equal({ request: isText });
    expect(boundary?.command('toString')).to.equal(undefined);
    expect(boundary?.decode(link, undefined, 'a', 7)).to.deep.equal({ valid: true, value: undefined });
  });

  it('takes a codec that throws for a refusal', async () => {
    const { boundary, link, events } = scene();
    const broken = (_value: unknown): _value is string => {
      throw new Error('broken');
    };
    expect(boundary?.decode(link, broken, 'a', 7)).to.include({ valid: false });
    const late = { '~standard': { version: 1 as const, validate: async () => Promise.reject(new Error('broken')) } };
    expect(await boundary?.decode(link, late, 'a', 7)).to.include({ valid: false });
    expect(events.map(({ type }) => type)).to.deep.equal(['hookFailed', 'invalid', 'hookFailed', 'invalid']);
  });
});
