import type { Behind } from '../accepts.js';
import type { GatewayModel } from '../gatewayModel.js';
import { keyText, quoted } from '../identifiers.js';
import { sampleValue } from '../sampleValue.js';
import type { Shape } from '../shape.js';

/** A value of JSON as an expression, in the style of the other files. */
export function valueText(value: unknown, indent = ''): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => valueText(item, indent)).join(', ')}]`;
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  const flat = `{ ${entries.map(([key, inner]) => `${keyText(key)}: ${valueText(inner, indent)}`).join(', ')} }`;
  if (!flat.includes('\n') && flat.length + indent.length < 100) return flat;
  return `{\n${entries.map(([key, inner]) => `${indent}  ${keyText(key)}: ${valueText(inner, `${indent}  `)},\n`).join('')}${indent}}`;
}

const unknownText = (name: string): string =>
  `() => {\n        throw new Error(${quoted(`${name}: the document has no example that fits; give one in the options`)});\n      }`;

const lines = (entries: readonly (readonly [name: string, shape: Shape | undefined])[], behind: Behind): string =>
  entries
    .map(([name, shape]) => {
      if (shape === undefined || shape.kind === 'absent') return `      ${quoted(name)}: undefined,\n`;
      const value = sampleValue(shape, behind);
      return `      ${quoted(name)}: ${value === undefined ? unknownText(name) : valueText(value, '      ')},\n`;
    })
    .join('');

const block = (name: string, text: string): string => (text === '' ? '' : `    ${name}: {\n${text}      ...${name},\n    },\n`);

function protocolText({ protocol, topics, commands }: GatewayModel): string {
  if (protocol === 'commandNotify') return 'commandNotify()';
  const asked = topics.filter(({ unasked }) => !unasked);
  const list = (items: readonly string[]): string => `[${items.map(quoted).join(', ')}]`;
  const plain = asked.filter(({ named }) => !named).map(({ template }) => template.replace(/[:{].*/s, ''));
  const sends = commands.filter(({ reply }) => reply === undefined).map(({ name }) => name);
  const options = [
    `topics: ${list(asked.map(({ template }) => template))}`,
    ...(sends.length > 0 ? [`sends: ${list(sends)}`] : []),
    ...(plain.length > 0 ? [`plain: ${list(plain)}`] : []),
  ];
  return `typedTopicsGateway({ ${options.join(', ')} })`;
}

/** A gateway that answers with the document's examples. */
export function emitMock(model: GatewayModel, behind: Behind): string {
  const { commands, topics, protocol } = model;
  const replies = lines(
    commands.map(({ name, reply }) => [name, reply]),
    behind,
  );
  const data = lines(
    topics.filter(({ unasked }) => !unasked).map(({ template, data: one }) => [template, one]),
    behind,
  );
  const unasked = lines(
    topics.filter((topic) => topic.unasked).map(({ template, data: one }) => [template, one]),
    behind,
  );
  const given = (
    [
      ['replies', replies],
      ['data', data],
      ['unasked', unasked],
    ] as const
  ).filter(([, text]) => text !== '');
  const names = given.map(([name]) => name);
  return `${protocol === 'commandNotify' ? `import { commandNotify } from 'rxgate/protocols';\n` : ''}import type { Peer } from 'rxgate/server';
import { mockGateway as serveMock, type MockGatewayOptions${protocol === 'typedTopics' ? ', typedTopicsGateway' : ''} } from 'rxgate/testing';
import type { Observable } from 'rxjs';
import { gatewayContract } from './contract.js';

/**
 * A gateway that answers with the document's examples, until others are given: \`replies\` by command, \`data\` by topic, \`unasked\` by name, each a
 * value or a function that makes it. What it gets and what it sends is checked by the contract. Subscribing listens, unsubscribing stops.
 */
export const mockGateway = ({ ${[...names, '...options'].join(', ')} }: Partial<MockGatewayOptions> = {}): Observable<Peer> =>
  serveMock({
    protocol: ${protocolText(model)},
    contract: gatewayContract,
    ...options,
${given.map(([name, text]) => block(name, text)).join('')}  });
`;
}

/** The program that starts the mock. */
export const emitStartMock = (): string => `import { mockGateway } from './mockGateway.js';

declare const process: { readonly env: { readonly [name: string]: string | undefined } };

/** Listens on PORT, 8080 without it, until it is ended. */
mockGateway({
  port: Number(process.env['PORT'] ?? 8080),
  listening: ({ host, port }) => console.log(\`listening on ws://\${host}:\${port}\`),
  events: {
    next: (event) => {
      if (event.type === 'invalid') console.error(event.error.message);
    },
  },
}).subscribe();
`;
