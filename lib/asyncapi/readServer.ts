import { type DocumentNode, entriesOf, member, resolved, textOf } from './documentNode.js';

const withVariables = (text: string, variables: DocumentNode): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = member(member(variables, name), 'default').value;
    return typeof value === 'string' ? value : whole;
  });

/** The address of the first server of a document that speaks WebSocket, or `undefined` if there is none. */
export function readServer(servers: DocumentNode, root: DocumentNode): string | undefined {
  for (const [, given] of entriesOf(servers)) {
    const node = resolved(root, given);
    const protocol = textOf(member(node, 'protocol')) ?? 'wss';
    if (!/^wss?$/i.test(protocol)) continue;
    const url = textOf(member(node, 'url'));
    const address = url ?? `${textOf(member(node, 'host')) ?? ''}${textOf(member(node, 'pathname')) ?? ''}`;
    if (address === '') continue;
    const filled = withVariables(address, member(node, 'variables'));
    return /^wss?:\/\//i.test(filled) ? filled : `${protocol.toLowerCase()}://${filled.replace(/^\w+:\/\//, '')}`;
  }
  return undefined;
}
