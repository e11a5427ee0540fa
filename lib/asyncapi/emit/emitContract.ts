import type { Behind } from '../accepts.js';
import type { GatewayModel } from '../gatewayModel.js';
import { quoted } from '../identifiers.js';
import type { Shape } from '../shape.js';
import { codecHelpers } from './codecHelpers.js';
import { type CodecWriter, emitCodec } from './emitCodec.js';
import { docstring } from './emitType.js';

/** A field of an entry; what carries nothing is left out. */
const field = (name: string, shape: Shape | undefined, writer: CodecWriter): readonly string[] =>
  shape === undefined || shape.kind === 'absent' ? [] : [`${name}: ${emitCodec(shape, writer, '      ')}`];

const entry = (name: string, fields: readonly string[]): string =>
  `    ${quoted(name)}: ${fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`},\n`;

/** What is said of an entry, beside its codecs. */
const remark = (description: string | undefined, unasked = false): readonly string[] => [
  ...(description?.trim() ? [`description: ${quoted(description)}`] : []),
  ...(unasked ? ['unasked: true'] : []),
];

/** The contract: the codecs of all commands and topics by their names. */
export function emitContract({ commands, topics, title, protocol }: GatewayModel, behind: Behind): string {
  const used = new Set<string>();
  const writer: CodecWriter = { refer: (name) => `codecs.${name}`, behind, use: (helper) => void used.add(helper) };
  const commandLines = commands.map(({ name, request, reply, description }) =>
    entry(name, [...remark(description), ...field('request', request, writer), ...field('reply', reply, writer)]),
  );
  const topicLines = topics.map(({ template, params, data, description, unasked }) =>
    entry(template, [...remark(description, unasked), ...field('params', params, writer), ...field('data', data, writer)]),
  );
  const body = `${docstring(`What the gateway understands and says: ${title}.`)}export const gatewayContract = contract({
  commands: {
${commandLines.join('')}  },
  topics: {
${topicLines.join('')}  },
});

/** What the gateway speaks, for \`rxgate export\` and \`exportAsyncApi\`. */
export const gatewayProtocol = ${quoted(protocol)};

/** The contract's types, as a client sees them. */
export type GatewayContract = ClientOf<typeof gatewayContract>;
`;
  const helpers = Object.entries(codecHelpers).flatMap(([helper, text]) => (used.has(helper) ? [text] : []));
  const needsIoTs = /\bt\./.test([...commandLines, ...topicLines, ...helpers].join(''));
  const imports = [
    ...(needsIoTs ? [`import * as t from 'io-ts';`] : []),
    `import { type ClientOf, contract } from 'rxgate';`,
    ...(body.includes('codecs.') ? [`import * as codecs from './codecs.js';`] : []),
  ];
  return [`${imports.join('\n')}\n`, ...helpers, body].join('\n');
}
