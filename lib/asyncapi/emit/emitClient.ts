import { quoted } from '../identifiers.js';
import type { CommandModel, TopicModel } from '../gatewayModel.js';
import type { Shape } from '../shape.js';
import type { Domain, DomainMember } from './domains.js';
import { commentText, emitType } from './emitType.js';

const typeOf = (shape: Shape): string => emitType(shape, (name) => `types.${name}`, '  ');
const takesNothing = (shape: Shape | undefined): boolean => shape === undefined || shape.kind === 'absent';

/** A method: its line in the interface, and what it does. */
interface Method {
  readonly declaration: string;
  readonly definition: string;
  readonly imports: readonly string[];
}

const comment = (description: string | undefined, what: string): string => {
  const lines = [...(description?.trim() ? [commentText(description)] : []), what];
  return `  /**\n${lines.map((line) => `   * ${line}\n`).join('')}   */\n`;
};

function commandMethod(name: string, { name: command, request, reply, description }: CommandModel): Method {
  const text = commentText(command);
  const options = reply === undefined ? 'SendOptions' : 'RequestOptions';
  const result = reply === undefined ? 'never' : typeOf(reply);
  const what =
    reply === undefined
      ? `Sends \`${text}\`, which nothing answers. Cold: subscribing sends. Completes when it is given to the connection.`
      : `Asks \`${text}\`. Cold: subscribing sends, unsubscribing cancels. Emits the reply and completes, or errors once.`;
  const [args, passed] = takesNothing(request)
    ? [`options?: ${options}`, 'undefined, options']
    : [`data: ${typeOf(request)}, options?: ${options}`, 'data, options'];
  return {
    declaration: `${comment(description, what)}  ${name}(${args}): Observable<${result}>;\n`,
    definition: `  ${name}: (${takesNothing(request) ? 'options' : 'data, options'}) => gateway.${reply === undefined ? 'send' : 'request'}(${quoted(command)}, ${passed}),\n`,
    imports: [options],
  };
}

function topicMethod(name: string, { template, params, data, unasked, description }: TopicModel): Method {
  const text = commentText(template);
  const type = takesNothing(data) ? 'undefined' : typeOf(data);
  if (unasked)
    return {
      declaration: `${comment(description, `Listens to \`${text}\`, which comes unasked: subscribing and unsubscribing send nothing.`)}  ${name}(): Observable<${type}>;\n`,
      definition: `  ${name}: () => gateway.session.pipe(notifications(${quoted(template)}), map(({ data }) => data)),\n`,
      imports: ['notifications'],
    };
  const what = `Listens to \`${text}\`. Hot and shared: one subscription on the wire for all who ask the same, kept over reconnects.`;
  const [args, names, passed] = takesNothing(params)
    ? ['options?: TopicOptions', 'options', 'undefined, options']
    : [`params: ${typeOf(params as Shape)}, options?: TopicOptions`, 'params, options', 'params, options'];
  return {
    declaration: `${comment(description, what)}  ${name}(${args}): Observable<${type}>;\n`,
    definition: `  ${name}: (${names}) => gateway.topic(${quoted(template)}, ${passed}),\n`,
    imports: ['TopicOptions'],
  };
}

const method = (member: DomainMember): Method =>
  member.kind === 'command' ? commandMethod(member.name, member.command) : topicMethod(member.name, member.topic);

/** The typed client of a domain: its interface and its factory. */
export function emitClient({ name, clientType, members }: Domain): string {
  const methods = members.map(method);
  const listens = methods.some(({ imports }) => imports.includes('notifications'));
  const types = [...new Set(['Gateway', ...methods.flatMap(({ imports }) => imports)])]
    .filter((one) => one !== 'notifications')
    .sort();
  const body = `/** What there is about \`${name}\`. */
export interface ${clientType} {
${methods.map(({ declaration }) => declaration).join('')}}

/** The client of \`${name}\` on a gateway; all clients of one gateway share its connection. */
export const create${clientType} = (gateway: Gateway<GatewayContract>): ${clientType} => ({
${methods.map(({ definition }) => definition).join('')}});
`;
  return `${
    listens
      ? `import { ${types.map((one) => `type ${one}`).join(', ')}, notifications } from 'rxgate';\nimport { map, type Observable } from 'rxjs';`
      : `import type { ${types.join(', ')} } from 'rxgate';\nimport type { Observable } from 'rxjs';`
  }
import type { GatewayContract } from './contract.js';
${body.includes('types.') ? `import type * as types from './types.js';\n` : ''}
${body}`;
}

/** The client of all domains together. */
export function emitAllClients(domains: readonly Domain[]): string {
  return `import type { Gateway } from 'rxgate';
import type { GatewayContract } from './contract.js';
${domains.map(({ clientType, file }) => `import { type ${clientType}, create${clientType} } from './${file}.js';\n`).join('')}
/** The clients of all that the gateway knows. */
export interface Client {
${domains.map(({ name, clientType }) => `  readonly ${name}: ${clientType};\n`).join('')}}

/** The clients of all that the gateway knows, on one connection. */
export const createClient = (gateway: Gateway<GatewayContract>): Client => ({
${domains.map(({ name, clientType }) => `  ${name}: create${clientType}(gateway),\n`).join('')}});
`;
}
