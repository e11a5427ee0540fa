import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const executable = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

/** Without these, a browser asks for hosts of its maker at every start. */
export const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Skips the suite where there is no Chromium, with a line that says how to get it; with `CI=true` a missing one is a failure. */
export function needsChromium(suite: Mocha.Context): void {
  if (executable || process.env.CI === 'true') return;
  console.log('      Chromium is missing: `apt-get install chromium` brings it');
  suite.skip();
}

/** A headless Chromium. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: executable ?? '/usr/bin/chromium', args: quiet });

/** What a page complains of, from now on. */
export function complaintsOf(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  return complaints;
}
