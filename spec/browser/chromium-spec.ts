import { expect } from 'chai';
import { build } from 'esbuild';
import { copyFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { complaintsOf, launchChromium, needsChromium } from '../support/chromium.js';
import { openNativeGateway } from '../support/nativeGateway.js';
import { type PackedProject, packedProject } from '../support/packedProject.js';

describe('the packed bundle in headless Chromium', function () {
  this.timeout(60_000);
  let installed: PackedProject | undefined;
  let browser: Browser | undefined;

  before(async function () {
    needsChromium(this);
    installed = await packedProject();
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    await installed?.remove();
  });

  /** The page's script, bundled as a user's bundler would do it. */
  const bundle = async (folder: string): Promise<{ code: string; inputs: string[] }> => {
    const entry = join(folder, 'page.ts');
    await copyFile(fileURLToPath(new URL('page.ts', import.meta.url)), entry);
    const { outputFiles, metafile } = await build({
      entryPoints: [entry],
      bundle: true,
      minify: true,
      format: 'iife',
      platform: 'browser',
      write: false,
      metafile: true,
    });
    return { code: outputFiles[0]?.text ?? '', inputs: Object.keys(metafile.inputs) };
  };

  it('logs in, follows a topic over a cut, asks again and closes with 1000, without a word on the console', async () => {
    const { code, inputs } = await bundle((installed as PackedProject).folder);
    expect(inputs.filter((input) => /node_modules\/ws\//.test(input))).to.deep.equal([]);

    await using gateway = await openNativeGateway({
      commands: { POST_LOGIN: () => ({ ok: true }), cut: (_frame, connection) => connection.close(1012) },
      subscribe: (frame, connection, acknowledge) => {
        acknowledge();
        connection.notify(frame.topic ?? '', `session ${gateway.connections.length}`);
      },
    });
    const html = `<!doctype html><script>window.url=${JSON.stringify(gateway.url)};window.log=[]</script><script>${code.replaceAll('</script', '<\\/script')}</script>`;
    const server = createServer((_request, response) => response.setHeader('content-type', 'text/html; charset=utf-8').end(html));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const page = await (browser as Browser).newPage();
    const complaints = complaintsOf(page);
    await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));

    try {
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await page.waitForFunction(() => window.result !== undefined);
      const result = await page.evaluate(() => window.result as Record<string, unknown>);
      const log = await page.evaluate(() => window.log);

      expect(result.pipeline).to.deep.equal({
        seen: ['session 1', 'session 2'],
        echo: { text: 'grüße 🚀' },
        report: { unsent: 0, unanswered: 0, undelivered: 0, forced: false },
      });
      expect(result.unsupported).to.include({ kind: 'connectFailed', reason: 'unsupported', retryable: false });
      expect(gateway.connections.map(({ frames }) => frames[0]?.command)).to.deep.equal(['POST_LOGIN', 'POST_LOGIN']);
      expect(gateway.connections[1]?.ended?.code).to.equal(1000);
      expect(log.join('\n'))
        .to.match(/1012/)
        .and.not.match(/canary/);
      expect(complaints).to.deep.equal([]);
    } finally {
      await page.close();
      server.close();
    }
  });
});
