import { expect } from 'chai';
import { config, Subject } from 'rxjs';
import type { GatewayEvent } from '../../lib/events/gatewayEvent.js';
import { createReporter } from '../../lib/events/reporter.js';
import { frozenTime } from '../testing/virtualTime.js';

const events: readonly GatewayEvent[] = [{ type: 'closing' }, { type: 'closed' }];

describe('createReporter', () => {
  const time = frozenTime();
  let unhandled: unknown[];
  const former = config.onUnhandledError;
  beforeEach(() => {
    unhandled = [];
    config.onUnhandledError = (error) => void unhandled.push(error);
  });
  afterEach(() => {
    config.onUnhandledError = former;
  });

  it('passes events on as they are, in order and at once', () => {
    const heard: GatewayEvent[] = [];
    const report = createReporter({ next: (event) => heard.push(event) });
    for (const event of events) report(event);
    expect(heard).to.have.ordered.members(events);
  });

  it('calls the observer as its own method', () => {
    const observer = {
      heard: 0,
      next() {
        this.heard++;
      },
    };
    createReporter(observer)({ type: 'closed' });
    expect(observer.heard).to.equal(1);
  });

  it('reports what an observer throws as unhandled, on a later turn, and goes on', () => {
    const heard: string[] = [];
    const report = createReporter({
      next: ({ type }) => {
        heard.push(type);
        throw new Error(type);
      },
    });
    for (const event of events) report(event);
    expect(heard).to.deep.equal(['closing', 'closed']);
    expect(unhandled).to.deep.equal([]);
    time.tick(1);
    expect(unhandled.map((error) => (error as Error).message)).to.deep.equal(['closing', 'closed']);
  });

  it('takes a Subject, whose subscribers hurt neither each other nor the reporter', () => {
    const subject = new Subject<GatewayEvent>();
    const heard: string[] = [];
    subject.subscribe(() => {
      throw new Error('mine');
    });
    subject.subscribe(({ type }) => heard.push(type));
    const report = createReporter(subject);
    for (const event of events) report(event);
    time.tick(1);
    expect(heard).to.deep.equal(['closing', 'closed']);
    expect(unhandled).to.have.length(2);
  });

  it('is silent where nobody observes', () => {
    expect(createReporter(undefined)({ type: 'closed' })).to.equal(undefined);
    time.tick(1);
    expect(unhandled).to.deep.equal([]);
  });
});
