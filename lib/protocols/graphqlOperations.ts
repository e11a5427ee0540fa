import { checkObject, checkThat, isRecord } from '../options/check.js';
import { isText } from './fields.js';
import { topicParams } from './topicParams.js';

/** What a gateway is asked to run. */
export interface GraphqlOperation {
  /** The document. */
  readonly query: string;
  /** Which operation of the document, where it has several. */
  readonly operationName?: string | undefined;
  /** Goes along as it is, for servers that look for something in it. */
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** Documents by a name, or by a template of topics: a text, or a {@link GraphqlOperation}. */
export type GraphqlDocuments = Readonly<Record<string, string | GraphqlOperation>>;

/** An operation with its variables: what `subscribe` carries. */
export interface GraphqlPayload extends GraphqlOperation {
  readonly variables?: unknown;
}

/** Finds what a message asks for. */
export interface GraphqlOperations {
  /** Throws where `command` is neither a name nor a document, or the variables are no object. */
  run(command: string, variables: unknown): GraphqlPayload;
  /** Throws where no template fits, or the params are no object. */
  listen(topic: string, params: unknown): GraphqlPayload;
}

const unknown = 'No document is known for it';

const read = (option: string, documents: GraphqlDocuments): [name: string, operation: GraphqlOperation][] =>
  Object.entries(checkObject('graphqlTransportWs', option, documents)).map(([name, given]) => {
    const operation = (isText(given) ? { query: given } : given) as GraphqlOperation | null;
    checkThat('graphqlTransportWs', `${option}.${name}`, given, 'a document, or { query }', isText(operation?.query));
    return [name, operation as GraphqlOperation];
  });

/** What servers take for variables, results and credentials: they close the connection of who sends them anything else. */
export const record = (what: string, value: unknown): object => {
  // Nothing of it is quoted: it may be a secret.
  if (!isRecord(value)) throw new TypeError(`${what} must be an object`);
  return value;
};

/** Reads the documents of the options, and throws a TypeError that names the one which is none. */
export function graphqlOperations(operations: GraphqlDocuments = {}, topics: GraphqlDocuments = {}): GraphqlOperations {
  const named = new Map(read('operations', operations));
  const templates = read('topics', topics).map(([template, operation]) => [topicParams(template), operation] as const);
  return {
    run(command, variables) {
      const operation = named.get(command);
      // A server that cannot parse a document ends the connection of all: a name that is misspelt is not to get there.
      if (!operation && !command.includes('{')) throw new TypeError(unknown);
      return { query: command, ...operation, variables: variables == null ? undefined : record('variables', variables) };
    },
    listen(topic, params) {
      for (const [match, operation] of templates) {
        const filled = match(topic);
        if (filled) return { ...operation, variables: { ...filled, ...record('params', params ?? {}) } };
      }
      throw new TypeError(unknown);
    },
  };
}
