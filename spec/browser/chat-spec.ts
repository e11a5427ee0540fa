import { expect } from 'chai';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { firstValueFrom, ReplaySubject, type Subscription } from 'rxjs';
import { chat } from '../../demo/chat/chat.js';
import { complaintsOf, launchChromium, needsChromium } from '../support/chromium.js';

describe('demo/chat in headless Chromium', function () {
  this.timeout(60_000);
  let browser: Browser | undefined;
  let running: Subscription | undefined;
  let url = '';
  const complaints: (readonly string[])[] = [];

  before(async function () {
    needsChromium(this);
    browser = await launchChromium();
  });
  beforeEach(async () => {
    const urls = new ReplaySubject<string>(1);
    running = chat({ tabsPerUser: 2 }).subscribe(urls);
    url = await firstValueFrom(urls);
  });
  afterEach(() => {
    running?.unsubscribe();
    expect(complaints.splice(0).flat()).to.deep.equal([]);
  });
  after(() => browser?.close());

  const somebody = (): Promise<BrowserContext> => (browser as Browser).newContext();
  /** A tab of a person, who types their name: their cookie makes tabs with one name one user. */
  const tab = async (person: BrowserContext, name: string): Promise<Page> => {
    const page = await person.newPage();
    complaints.push(complaintsOf(page));
    await page.goto(url);
    await page.fill('#name', name);
    await page.press('#name', 'Enter');
    await page.waitForFunction(() => document.getElementById('state')?.textContent === 'authenticated');
    return page;
  };
  const texts = (page: Page, selector: string): Promise<string[]> => page.locator(selector).allTextContents();
  const shows = (page: Page, id: string, text: string): Promise<unknown> =>
    page.waitForFunction(([of, wanted]) => document.getElementById(of as string)?.innerText === wanted, [id, text]);
  const say = async (page: Page, text: string): Promise<void> => {
    await page.fill('#text', text);
    await page.press('#text', 'Enter');
  };

  it('lists people and not tabs, carries messages and typing notices, and says who left', async () => {
    const [anns, bobs] = await Promise.all([somebody(), somebody()]);
    const ann = await tab(anns, 'ann');
    const annToo = await tab(anns, 'ann');
    const bob = await tab(bobs, 'bob');
    for (const page of [ann, annToo, bob]) await shows(page, 'users', 'ann\nbob');
    await shows(bob, 'stats', '2 people, 3 tabs, 0 messages');

    await bob.locator('#text').pressSequentially('h');
    await Promise.all([ann, annToo].map((page) => shows(page, 'typing', 'bob is typing…')));
    expect(await texts(bob, '#typing')).to.deep.equal(['']);

    await say(bob, '<b>hi</b>');
    for (const page of [ann, annToo, bob]) await shows(page, 'messages', 'bob\n<b>hi</b>'.replace('\n', ''));
    await Promise.all([ann, annToo].map((page) => shows(page, 'typing', '')));

    await annToo.close();
    await ann.waitForFunction(() => document.getElementById('stats')?.textContent === '2 people, 2 tabs, 1 messages');
    await shows(bob, 'users', 'ann\nbob');
    await ann.close();
    await shows(bob, 'users', 'bob');

    const late = await tab(anns, 'ann');
    await shows(late, 'messages', 'bob<b>hi</b>');
  });

  it('carries what is for one person to their tabs alone, and says when they are not here', async () => {
    const [anns, bobs] = [await somebody(), await somebody()];
    const [ann, bob, bobToo, eve] = [
      await tab(anns, 'ann'),
      await tab(bobs, 'bob'),
      await tab(bobs, 'bob'),
      await tab(await somebody(), 'eve'),
    ];
    await say(ann, '@bob: psst');
    for (const page of [ann, bob, bobToo]) await shows(page, 'messages', 'ann to bobpsst');
    await say(ann, '@zoe: psst');
    await shows(ann, 'error', 'nobody of that name is here');
    await say(ann, 'hello');
    await shows(eve, 'messages', 'annhello');
  });

  it('tells who says nothing, or too much, what is wrong, and keeps the connection', async () => {
    const page = await tab(await somebody(), 'ann');
    await say(page, '   ');
    await shows(page, 'error', 'Write something, at most 500 characters.');
    await say(page, 'x'.repeat(501));
    await shows(page, 'error', 'Write something, at most 500 characters.');
    await say(page, 'well');
    await shows(page, 'messages', 'annwell');
    await shows(page, 'error', '');
  });

  it('does not let in who has no cookie', async () => {
    const socket = url.replace(/^http/, 'ws');
    const page = await (await somebody()).newPage();
    await page.goto(url);
    const opened = await page.evaluate(
      (to) =>
        new Promise<boolean>((resolve) => {
          const probe = new WebSocket(`${to}ws`);
          probe.onopen = () => resolve(true);
          probe.onclose = () => resolve(false);
        }),
      socket,
    );
    expect(opened).to.equal(false);
  });
});
