import type { AnySession } from '../connection/session.js';
import { type SessionLink, sessionLink } from '../connection/sessionLink.js';
import { failWith } from '../connection/waiting.js';
import type {
  EndedMessage,
  Message,
  MessageId,
  NotificationMessage,
  ReplyMessage,
  SubscribeMessage,
} from '../protocols/message.js';
import { type Boundary, createBoundary, type Validation, unchecked } from './boundary.js';
import type { ContractDefinition } from './contractOf.js';
import { decodeParams } from './decodeParams.js';
import { inOrder } from './inOrder.js';
import type { ContractTopic } from './topicFinder.js';

/** Puts a client's end of a contract to use: gives what is done with each session. */
export type ClientBinding = (validation?: Validation) => (session: AnySession) => void;

/** The topics that a session asked for, by the names that the gateway gave them. */
function createRoutes(topicOf: Boundary['topic']) {
  const asked = new Map<MessageId, ContractTopic>();
  const named = new Map<string | undefined, { readonly topic: ContractTopic; readonly ids: Set<MessageId> }>();
  return {
    /** Whether an answer may still say what a name means. */
    get open() {
      return asked.size > 0;
    },
    topic: (name: string) => named.get(name)?.topic ?? topicOf(name),
    ask: (id: MessageId, topic: ContractTopic) => asked.set(id, topic),
    confirm(id: MessageId, name: string) {
      const topic = asked.get(id);
      asked.delete(id);
      if (!topic || topicOf(name) === topic) return;
      const { ids } = named.get(name) ?? { ids: new Set() };
      named.set(name, { topic, ids: ids.add(id) });
    },
    leave(id: MessageId, name?: string) {
      asked.delete(id);
      const route = named.get(name);
      if (route?.ids.delete(id) && route.ids.size === 0) named.delete(name);
    },
  };
}

/** Stands between a session and its wire. */
function attach(link: SessionLink, boundary: Boundary): void {
  const { transmit } = link;
  const pass = link.deliver.bind(link);
  const routes = createRoutes(boundary.topic);
  const queue = inOrder();
  /** Notifications, and ends, under names that a confirmation may explain. */
  const unexplained: (NotificationMessage | EndedMessage)[] = [];
  const hold = (message: NotificationMessage | EndedMessage): void => {
    if (unexplained.length < link.maxHeld) unexplained.push(message);
    else link.drop('heldOverflow');
  };

  const encode = (name: string, data: unknown): unknown => {
    const codecs = boundary.command(name);
    // Data where there should be none is the receiver's to ignore.
    if (!codecs?.request) return data;
    const result = boundary.encode(link, codecs.request, name, data);
    if ('then' in result) throw new TypeError(`contract: the codec of "${name}" must answer at once, for what is sent`);
    if (!result.valid) throw result.error;
    return result.value;
  };
  const subscribe = ({ id, topic: name, params }: SubscribeMessage): void => {
    const topic = boundary.topic(name);
    if (!topic) return;
    const result = boundary.judge(link, topic.template, params, decodeParams(topic, topic.parse(name) ?? {}, params));
    if (!result.valid) throw result.error;
    routes.ask(id, topic);
  };
  link.transmit = (message) => {
    const { kind } = message;
    if (kind === 'request' || kind === 'send') transmit.call(link, { ...message, data: encode(message.command, message.data) });
    else {
      if (kind === 'subscribe') subscribe(message);
      else if (kind === 'unsubscribe') routes.leave(message.id, message.topic);
      transmit.call(link, message);
    }
  };

  const reply = (message: ReplyMessage): void => {
    const { id, data, last } = message;
    const spec = link.pending.get(id)?.spec;
    const codecs = spec && boundary.command(spec.command);
    // The end of a stream is no value of it.
    const isEnd = spec?.options.stream && last && data === undefined;
    const judgement = codecs && !isEnd ? boundary.decode(link, codecs.reply, spec.command, data) : unchecked(data);
    queue(`reply ${id}`, judgement, (result) => {
      if (result.valid) pass({ ...message, data: result.value });
      else if (failWith(link, message, () => result.error)) link.served = true;
    });
  };
  const notify = (message: NotificationMessage): void => {
    const { topic: name, data } = message;
    const topic = routes.topic(name);
    if (!topic && routes.open) {
      hold(message);
      return;
    }
    const judgement = topic ? boundary.decode(link, topic.codecs.data, name, data) : unchecked(data);
    queue(`topic ${name}`, judgement, (result) => {
      if (result.valid) pass({ ...message, data: result.value });
      else link.drop('invalid');
    });
  };
  const explain = (): void => {
    for (const message of unexplained.splice(0)) take(message);
  };
  const take = (message: Message): void => {
    const { kind } = message;
    const after = (key: string): void => {
      queue(key, unchecked(undefined), () => {
        pass(message);
      });
    };
    if (kind === 'reply') reply(message);
    else if (kind === 'notification') notify(message);
    else if (kind === 'ended' && unexplained.some(({ topic }) => topic === message.topic)) hold(message);
    else if (kind === 'ended') after(`topic ${message.topic}`);
    else if (kind === 'failure' || kind === 'refusal' || kind === 'confirmation') {
      if (kind === 'confirmation') routes.confirm(message.id, message.topic);
      else routes.leave(message.id);
      after(`reply ${message.id}`);
      explain();
    } else pass(message);
  };
  link.deliver = take;
}

/** What a contract does at its client: see `contract`. */
export const bindClient =
  (definition: ContractDefinition): ClientBinding =>
  (validation) => {
    const boundary = createBoundary('connect', definition, validation);
    return (session) => {
      if (boundary) attach(sessionLink(session), boundary);
    };
  };
