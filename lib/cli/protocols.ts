import { UsageError } from '../errors/usageError.js';
import { commandNotify } from '../protocols/commandNotify.js';
import { graphqlTransportWs } from '../protocols/graphqlTransportWs.js';
import { jsonRpc } from '../protocols/jsonRpc.js';
import { jsonRpcEvents } from '../protocols/jsonRpcEvents.js';
import { jsonRpcSubscriptions, type JsonRpcSubscriptionsOptions } from '../protocols/jsonRpcSubscriptions.js';
import { phoenix } from '../protocols/phoenix.js';
import type { Protocol } from '../protocols/protocol.js';
import { socketIo } from '../protocols/socketIo.js';
import { stomp } from '../protocols/stomp.js';
import { typedTopics } from '../protocols/typedTopics.js';
import type { CliArguments, CliOption } from './command.js';

type Options = Readonly<Record<string, unknown>>;

/** A protocol of the command line: its options that can be written as JSON, and how it is made of them. */
interface CliProtocol {
  readonly options: readonly string[];
  readonly make: (options: Options) => Protocol;
}

/** Topics of JSON-RPC: events as the DevTools protocol has them, or how one subscribes. */
const jsonRpcTopicsOf = (topics: unknown) =>
  topics === 'events' ? jsonRpcEvents() : jsonRpcSubscriptions(topics as JsonRpcSubscriptionsOptions);

/** The protocols that the command line knows. */
export const protocols: Readonly<Record<string, CliProtocol>> = {
  commandNotify: { options: ['subprotocol'], make: commandNotify },
  typedTopics: { options: ['topics', 'ping', 'pong'], make: typedTopics },
  jsonRpc: {
    options: ['topics', 'jsonrpc', 'scope', 'ping'],
    make: ({ topics, ...options }) => jsonRpc({ ...options, ...(topics !== undefined && { topics: jsonRpcTopicsOf(topics) }) }),
  },
  graphqlTransportWs: { options: ['operations', 'topics', 'wholeResults'], make: graphqlTransportWs },
  socketIo: { options: ['namespace', 'topics', 'argumentLists', 'recovery', 'maxAttachments'], make: socketIo },
  phoenix: { options: ['joinEvents'], make: phoenix },
  stomp: { options: ['envelope', 'heartbeatOutgoing', 'heartbeatIncoming', 'replyTo', 'maxFrame'], make: stomp },
};

const names = Object.keys(protocols);

/** The options that say which protocol is spoken, and how. */
export const protocolOptions: Readonly<Record<string, CliOption>> = {
  protocol: {
    type: 'string',
    short: 'p',
    value: 'P',
    choices: names,
    help: `what the gateway speaks: ${names.join(', ')}; default commandNotify`,
  },
  template: {
    type: 'string',
    multiple: true,
    value: 'T',
    help: 'typedTopics: the template of a topic, as bars:{symbol}; may be repeated',
  },
  option: {
    type: 'string',
    short: 'O',
    multiple: true,
    value: 'NAME=VALUE',
    help: 'an option of the protocol, as the guide lists them; VALUE is JSON, else text; may be repeated',
  },
};

const valueOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** The protocol that the command line asks for. A UsageError if it does not know an option, or if that is wrong. */
export function protocolOf(args: CliArguments): Protocol {
  const name = args.text('protocol') ?? 'commandNotify';
  const { options: known, make } = protocols[name] as CliProtocol;
  const options: Record<string, unknown> = {};
  for (const given of args.texts('option')) {
    const [, option = '', text = ''] = /^(\w+)=(.*)$/s.exec(given) ?? [];
    if (option === '') throw new UsageError('--option is NAME=VALUE');
    if (!known.includes(option)) throw new UsageError(`${name} has no option "${option}" here: ${known.join(', ')} can be given`);
    options[option] = valueOf(text);
  }
  const templates = args.texts('template');
  if (templates.length > 0) {
    if (name !== 'typedTopics') throw new UsageError(`--template is for typedTopics, not for ${name}`);
    options['topics'] = templates;
  }
  try {
    return make(options);
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}
