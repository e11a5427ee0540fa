import { AsyncApiError } from '../errors/asyncApiError.js';
import { checkTopics } from './checkTopics.js';
import { createSchemas, type Schemas } from './createSchemas.js';
import { type DocumentNode, fieldsOf, member, textOf } from './documentNode.js';
import { bodyOf, haveEnvelopes, namedUpdate } from './envelope.js';
import type { CommandModel, DocumentProtocol, GatewayModel, TopicModel } from './gatewayModel.js';
import { type ChannelNode, type Perspective, readChannels2, readChannels3 } from './readChannels.js';
import type { MessageNode } from './readMessages.js';
import { readServer } from './readServer.js';
import type { SchemaOptions } from './readSchema.js';
import type { Shape } from './shape.js';
import { readParams, templateOfParams } from './topicTemplate.js';

/** How a document is read. */
export interface ReadOptions extends SchemaOptions {
  /** Whose actions the document tells. Default `'gateway'`: what it receives, the client sends. */
  readonly perspective?: Perspective | undefined;
}

/** What is known while the channels of a document are gone through. */
interface Reading {
  readonly root: DocumentNode;
  readonly schemas: Schemas;
  readonly envelopes: boolean;
  readonly commands: Map<string, CommandModel>;
  readonly topics: Map<string, TopicModel>;
}

const anyOf = (shapes: readonly Shape[]): Shape => {
  const [only] = shapes;
  return only && shapes.length === 1 ? only : { kind: 'union', members: shapes, exclusive: false };
};

const payloadShape = ({ root, schemas, envelopes }: Reading, message: MessageNode): Shape => {
  const node = envelopes ? bodyOf(root, message) : message.payload;
  return node.value === undefined ? { kind: 'absent' } : schemas.read(node, message.name);
};

const add = <M extends { readonly pointer: string }>(all: Map<string, M>, what: string, name: string, model: M): void => {
  if (name === '__proto__')
    throw new AsyncApiError(model.pointer, `a ${what} cannot have the name "${name}", which every object has`);
  const known = all.get(name);
  if (known && known.pointer !== model.pointer)
    throw new AsyncApiError(model.pointer, `the ${what} "${name}" stands at ${known.pointer} already`);
  all.set(name, model);
};

const described = (description: string | undefined): { readonly description?: string } =>
  description === undefined ? {} : { description };

function addCommands(reading: Reading, sends: ChannelNode['sends']): void {
  for (const { message, replies } of sends)
    add(reading.commands, 'command', message.name, {
      name: message.name,
      request: payloadShape(reading, message),
      reply: replies.length === 0 ? undefined : anyOf(replies.map((reply) => payloadShape(reading, reply))),
      ...(replies[0] && { replyPointer: `${replies[0].pointer}/payload` }),
      ...described(message.description),
      pointer: message.pointer,
    });
}

/** The channel of the connection itself. `x.subscribe` and `x.update` make the topic `x`; what else is received comes unasked. */
function readConnection(reading: Reading, { sends, receives }: ChannelNode): void {
  const { root, schemas, topics } = reading;
  const subscribes = new Map(
    sends.flatMap(({ message }) =>
      message.name.endsWith('.subscribe') ? [[message.name.slice(0, -'.subscribe'.length), message]] : [],
    ),
  );
  const isTopic = (domain: string): boolean => reading.envelopes && subscribes.has(domain) && updates.has(domain);
  const updates = new Set(receives.flatMap(({ name }) => (name.endsWith('.update') ? [name.slice(0, -'.update'.length)] : [])));
  addCommands(
    reading,
    sends.filter(
      ({ message: { name } }) => !(/\.(?:un)?subscribe$/.test(name) && isTopic(name.replace(/\.(?:un)?subscribe$/, ''))),
    ),
  );
  // The answers to what the client sends are received as well.
  const answers = new Set(sends.flatMap(({ replies }) => replies.map(({ pointer }) => pointer)));
  for (const message of receives) {
    if (answers.has(message.pointer)) continue;
    const domain = message.name.replace(/\.update$/, '');
    const subscribe = domain === message.name ? undefined : isTopic(domain) ? subscribes.get(domain) : undefined;
    const params = subscribe && bodyOf(root, subscribe).value !== undefined ? payloadShape(reading, subscribe) : undefined;
    const template = subscribe ? templateOfParams(domain, params, schemas) : message.name;
    const update = subscribe && namedUpdate(root, bodyOf(root, message));
    add(topics, 'topic', template, {
      template,
      params,
      data: update ? schemas.read(update, message.name) : payloadShape(reading, message),
      dataPointer: `${message.pointer}/payload`,
      unasked: subscribe === undefined,
      named: update !== undefined,
      ...described(message.description ?? subscribe?.description),
      pointer: message.pointer,
    });
  }
}

/** A channel whose address is the name of a topic. */
function readTopic(reading: Reading, template: string, channel: ChannelNode): void {
  const [placeholder] = /\{[^{}]*\}/.exec(template) ?? [];
  const [sent] = channel.sends;
  // Those of a path are in the url, which the user gives.
  if (sent && placeholder !== undefined && !template.startsWith('/'))
    throw new AsyncApiError(
      channel.pointer,
      `"${sent.message.name}" is sent to an address with parameters, and a command has no place for them: put ${placeholder} into its payload`,
    );
  addCommands(reading, channel.sends);
  const answers = new Set(channel.sends.flatMap(({ replies }) => replies.map(({ pointer }) => pointer)));
  const data = channel.receives.filter(({ pointer }) => !answers.has(pointer));
  if (data.length === 0) return;
  add(reading.topics, 'topic', template, {
    template,
    params:
      channel.params.value === undefined
        ? readParams(reading.root, template, channel.parameters, reading.schemas)
        : reading.schemas.read(channel.params),
    data: anyOf(data.map((message) => payloadShape(reading, message))),
    ...(data[0] && { dataPointer: `${data[0].pointer}/payload` }),
    unasked: false,
    named: false,
    ...described(channel.description ?? data[0]?.description),
    pointer: channel.pointer,
  });
}

const protocolOf = (root: DocumentNode, envelopes: boolean): DocumentProtocol => {
  const { value, pointer } = member(root, 'x-rxgate-protocol');
  if (value === undefined) return envelopes ? 'typedTopics' : 'commandNotify';
  if (value === 'typedTopics' || value === 'commandNotify') return value;
  throw new AsyncApiError(pointer, 'must be "typedTopics" or "commandNotify"');
};

/**
 * Reads an AsyncAPI document of version 2 (FastWS writes 2.4) or 3: what the client may ask of the gateway, the topics it may listen to, and
 * the schemas of both. References within the document are followed.
 *
 * @throws AsyncApiError with the JSON pointer of what is wrong or not supported, and the reason.
 *
 * @example
 * const model = readAsyncApi(JSON.parse(text));
 */
export function readAsyncApi(document: unknown, { perspective = 'gateway', ...options }: ReadOptions = {}): GatewayModel {
  const root: DocumentNode = { value: document, pointer: '#' };
  fieldsOf(root);
  const version = textOf(member(root, 'asyncapi'));
  const major = /^([23])\.\d+\.\d+/.exec(version ?? '')?.[1];
  if (!major)
    throw new AsyncApiError(
      '#/asyncapi',
      version === undefined ? 'is missing: this is no AsyncAPI document' : `version "${version}" is not read: 2.x and 3.x are`,
    );
  const channels = major === '2' ? readChannels2(root, perspective) : readChannels3(root, perspective);
  const connections = channels.filter(({ template }) => template === undefined);
  const messages = connections.flatMap(({ sends, receives }) => [
    ...sends.flatMap(({ message, replies }) => [message, ...replies]),
    ...receives,
  ]);
  const schemas = createSchemas(root, options);
  const reading: Reading = {
    root,
    schemas,
    // What says that it speaks another protocol has no envelopes of FastWS.
    envelopes:
      member(root, 'x-rxgate-protocol').value !== 'commandNotify' &&
      member(root, 'x-rxgate-envelopes').value !== false &&
      haveEnvelopes(root, messages),
    commands: new Map(),
    topics: new Map(),
  };
  for (const channel of channels)
    if (channel.template === undefined) readConnection(reading, channel);
    else readTopic(reading, channel.template, channel);
  checkTopics(reading.topics.values());
  if (reading.commands.size + reading.topics.size === 0)
    throw new AsyncApiError(major === '2' ? '#/channels' : '#/operations', 'there is nothing to send and nothing to receive');
  const info = member(root, 'info');
  const url = readServer(member(root, 'servers'), root);
  return {
    title: textOf(member(info, 'title')) ?? 'Gateway',
    version: textOf(member(info, 'version')) ?? '0.0.0',
    ...described(textOf(member(info, 'description'))),
    protocol: protocolOf(root, reading.envelopes),
    ...(url !== undefined && { url }),
    commands: [...reading.commands.values()],
    topics: [...reading.topics.values()],
    schemas: schemas.all(),
  };
}
