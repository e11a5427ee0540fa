import { expect } from 'chai';
import { createTopicRoutes } from '../../lib/connection/topicRoutes.js';
import type { TopicSink, WireTopic } from '../../lib/connection/wireTopics.js';

const nothing = (): void => undefined;
const sink = (): TopicSink => ({ next: nothing, refused: nothing, ended: nothing, lost: nothing });
const wire = (topic: string, ...sinks: TopicSink[]): WireTopic => ({ key: topic, id: 1, topic, deadline: 0, sinks });

describe('createTopicRoutes', () => {
  it('has no route and no wires for a name that was not confirmed', () => {
    const routes = createTopicRoutes();
    expect([routes.get('a'), routes.wires('a')]).to.deep.equal([undefined, []]);
  });

  it('leads right to the one sink of a name, and to a list of several, in order', () => {
    const routes = createTopicRoutes();
    const [one, two, three] = [sink(), sink(), sink()];
    const first = wire('a', one);
    routes.add(first);
    expect(routes.get('a')).to.equal(one);
    routes.add(wire('a', two, three));
    expect(routes.get('a')).to.have.ordered.members([one, two, three]);
    routes.remove(first);
    expect(routes.get('a')).to.have.ordered.members([two, three]);
  });

  it('keeps names apart, __proto__ among them', () => {
    const routes = createTopicRoutes();
    const [one, two] = [sink(), sink()];
    routes.add(wire('__proto__', one));
    routes.add(wire('a', two));
    expect([routes.get('__proto__'), routes.get('a'), routes.get('constructor')]).to.deep.equal([one, two, undefined]);
  });

  it('follows the sinks of a wire when it is told; a delivery under way keeps the list that it had', () => {
    const routes = createTopicRoutes();
    const [one, two] = [sink(), sink()];
    const changing = wire('a', one, two);
    routes.add(changing);
    const before = routes.get('a');
    changing.sinks = [two];
    routes.update(changing);
    expect(before).to.have.ordered.members([one, two]);
    expect(routes.get('a')).to.equal(two);
  });

  it('has no route for a wire without sinks, but knows the wire', () => {
    const routes = createTopicRoutes();
    const changing = wire('a', sink());
    routes.add(changing);
    changing.sinks = [];
    routes.update(changing);
    expect([routes.get('a'), routes.wires('a')]).to.deep.equal([undefined, [changing]]);
  });

  it('makes no route of a wire that is updated or removed before it is confirmed', () => {
    const routes = createTopicRoutes();
    const one = sink();
    routes.add(wire('a', one));
    const waiting = wire('a', sink(), sink());
    routes.update(waiting);
    routes.remove(waiting);
    expect(routes.get('a')).to.equal(one);
    expect(routes.wires('a')).to.have.length(1);
  });

  it('lets the wires of a name be removed while they are gone through', () => {
    const routes = createTopicRoutes();
    const all = [wire('a', sink()), wire('a', sink())];
    for (const each of all) routes.add(each);
    const seen: WireTopic[] = [];
    for (const each of routes.wires('a')) {
      seen.push(each);
      routes.remove(each);
    }
    expect(seen).to.deep.equal(all);
    expect([routes.get('a'), routes.wires('a')]).to.deep.equal([undefined, []]);
  });

  it('knows nothing any more once it is cleared', () => {
    const routes = createTopicRoutes();
    routes.add(wire('a', sink()));
    routes.clear();
    expect([routes.get('a'), routes.wires('a')]).to.deep.equal([undefined, []]);
  });
});
