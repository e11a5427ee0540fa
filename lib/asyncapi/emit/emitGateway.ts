import type { GatewayModel } from '../gatewayModel.js';
import { quoted } from '../identifiers.js';

/** The protocol of a document, as an expression. */
export const protocolText = ({ protocol, topics }: GatewayModel): string => {
  if (protocol === 'commandNotify') return 'commandNotify()';
  const templates = topics.filter(({ unasked }) => !unasked).map(({ template }) => quoted(template));
  return templates.length === 0 ? 'typedTopics()' : `typedTopics({ topics: [${templates.join(', ')}] })`;
};

/** The module with what `createGateway` needs to know of this gateway. */
export function emitGateway(model: GatewayModel): string {
  const { url, protocol } = model;
  const omitted = url === undefined ? `'contract' | 'protocol'` : `'contract' | 'protocol' | 'url'`;
  return `import type { GatewayConfig, Protocol } from 'rxgate';
import { ${protocol} } from 'rxgate/protocols';
import { type GatewayContract, gatewayContract } from './contract.js';
${url === undefined ? '' : `\n/** Where the document says that the gateway is. */\nexport const defaultUrl = ${quoted(url)};\n`}
/** What \`createGateway\` takes, without what the document says. */
export interface GatewayOptions extends Omit<GatewayConfig<GatewayContract>, ${omitted}> {${
    url === undefined ? '' : `\n  /** Default: \`defaultUrl\`. */\n  readonly url?: GatewayConfig<GatewayContract>['url'];`
  }
  /** Default: \`${protocol}()\`. */
  readonly protocol?: Protocol;
}

/**
 * The configuration of this gateway, for \`createGateway\`, or for \`createGateways().get(url, …)\` where several places share one connection.
 *
 * @example
 * const gateway = createGateway(gatewayConfig({ url: 'ws://127.0.0.1:8080' }));
 */
export const gatewayConfig = (options: GatewayOptions${url === undefined ? '' : ' = {}'}): GatewayConfig<GatewayContract> => ({
${url === undefined ? '' : '  url: defaultUrl,\n'}  protocol: ${protocolText(model)},
  ...options,
  contract: gatewayContract,
});
`;
}
