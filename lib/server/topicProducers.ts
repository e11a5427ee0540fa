import type { AnySession } from '../connection/session.js';
import { canonicalJson } from '../connection/topicSpec.js';
import { compileTopic } from '../contract/compileTopic.js';
import { expandTopic } from '../contract/expandTopic.js';
import { createReporter } from '../events/reporter.js';
import type { SubscribeMessage } from '../protocols/message.js';
import { createEpoch } from './createEpoch.js';
import { type PeerLink, peerLink } from './peerLink.js';
import { servedData, servedParams } from './servedContract.js';
import type { TopicHandler } from './topicHandler.js';
import { createProducer, type OwnedProducer, type Producer } from './topicProducer.js';

/** A topic that somebody asked for: there is a template for it. */
export interface FoundTopic<S extends AnySession> {
  /** The same however it was asked for: escapes and the order of `params` make no difference. No two topics have the same. */
  readonly name: string;
  /** The parameters of its template. */
  readonly named: Readonly<Record<string, string>>;
  /** How long its params are, as JSON. */
  readonly paramsLength: number;
  /** Its producer, present or new. Throws what the handler throws. */
  producer(peer: S): Producer;
}

/** The producers of one subscription of the stage, by canonical name. */
export interface Producers<S extends AnySession> {
  /** The topic that a subscribe asks for; `undefined` if there is none. */
  find(wanted: SubscribeMessage): FoundTopic<S> | undefined;
  /** Releases them all. */
  stop(): void;
}

/** The producers of these handlers: none at first. */
export function createProducers<S extends AnySession>(
  handlers: Readonly<Record<string, TopicHandler<S>>>,
  random: () => number,
  linger = 0,
): Producers<S> {
  const templates = Object.entries(handlers).map(([template, handler]) => ({ template, match: compileTopic(template), handler }));
  const producers = new Map<string, OwnedProducer>();

  const create = (name: string, link: PeerLink, template: string, produced: unknown): OwnedProducer => {
    const epoch = createEpoch(random);
    const report = createReporter(link.events);
    const producer = createProducer({
      ...{ name, produced, epoch, linger, report, outgoing: servedData(link, template, name, report) },
      forget: () => {
        producers.delete(name);
      },
    });
    producers.set(name, producer);
    return producer;
  };

  const firstOf = (topic: string) => {
    for (const { match, ...template } of templates) {
      const named = match(topic);
      if (named) return { ...template, named };
    }
    return undefined;
  };
  /** A topic by its name alone. */
  const topicOf = (topic: string) => {
    const asked = firstOf(topic);
    if (!asked) return undefined;
    // A space separates a name from its params.
    const { name } = expandTopic(asked.template, asked.named, ' ');
    const again = firstOf(name);
    // An escape that stands for what a template writes leads to the name of another topic, whose listeners may be others.
    const same = again?.template === asked.template && JSON.stringify(again.named) === JSON.stringify(asked.named);
    return same ? { ...asked, name } : undefined;
  };

  return {
    find: ({ topic, params }) => {
      const found = topicOf(topic);
      if (!found) return undefined;
      const { handler, named, template } = found;
      const name = params === undefined ? found.name : `${found.name} ${canonicalJson(params)}`;
      // A template with a space in it may have the very name that the params make here.
      if (params !== undefined && topicOf(name)?.name === name) return undefined;
      return {
        ...{ name, named },
        // But for the space between.
        paramsLength: Math.max(0, name.length - found.name.length - 1),
        producer: (peer) => {
          const link = peerLink(peer);
          const given = (): unknown =>
            handler(servedParams(link, template, found.name, named, params) as typeof named, { peer, topic: found.name, params });
          return producers.get(name) ?? create(name, link, template, given());
        },
      };
    },
    stop: () => {
      for (const producer of producers.values()) producer.release();
    },
  };
}
