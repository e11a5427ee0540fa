import { execFileSync } from 'node:child_process';
import { findProgram } from './debianProgram.js';

/** A key and a certificate that it signed itself, for `localhost`; good for a day. Made by the program `openssl`. */
export function certificate(): { readonly key: string; readonly cert: string } {
  const pem = execFileSync(
    findProgram('openssl') ?? 'openssl',
    [
      ...['req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-days', '1'],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', '-', '-out', '-'],
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const block = (name: string): string => new RegExp(`-----BEGIN ${name}-----[^]+?-----END ${name}-----\n`).exec(pem)?.[0] ?? '';
  return { key: block('PRIVATE KEY'), cert: block('CERTIFICATE') };
}
