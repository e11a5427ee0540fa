import { checkThat } from '../../options/check.js';

/** The servers of a document of version 3: the one at `url`. A TypeError unless that is the address of a WebSocket. */
export function writeServers(url: string): Readonly<Record<string, object>> {
  const [, protocol = '', host = '', pathname = ''] = /^(wss?):\/\/([^/?#\s]+)([^#\s]*)$/i.exec(url) ?? [];
  checkThat('exportAsyncApi', 'url', url, 'an address that begins with ws:// or wss://', host !== '');
  return { gateway: { host, protocol: protocol.toLowerCase(), ...(pathname !== '' && { pathname }) } };
}
