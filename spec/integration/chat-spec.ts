import { expect } from 'chai';
import { createGateway, type Gateway, notifications, type RequestFailedError } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { filter, firstValueFrom, map, ReplaySubject, take, takeWhile, toArray } from 'rxjs';
import { chat, type ChatOptions } from '../../demo/chat/chat.js';
import type { ChatMessage, Stats, ToldMessage, TypingNotice, Welcome } from '../../demo/chat/messages.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';

describe('demo/chat', () => {
  afterEach(cleanUp);

  const started = async (options: ChatOptions = {}): Promise<string> => {
    const urls = new ReplaySubject<string>(1);
    const running = chat(options).subscribe(urls);
    atTestEnd(() => {
      running.unsubscribe();
    });
    return firstValueFrom(urls);
  };
  const cookieOf = async (url: string, name: string): Promise<string> => {
    const response = await fetch(`${url}login`, { method: 'POST', body: name });
    expect(response.status).to.equal(200);
    return response.headers.get('set-cookie')?.split(';')[0] ?? '';
  };
  const tab = (url: string, cookie: string): Gateway => {
    const gateway = createGateway({
      url: `${url.replace('http', 'ws')}ws`,
      headers: { cookie, origin: url.slice(0, -1) },
      protocol: commandNotify(),
    });
    atTestEnd(() => gateway.close());
    return gateway;
  };
  const heard = <T>(gateway: Gateway, type: string) =>
    gateway.session.pipe(
      notifications<T>(type),
      map(({ data }) => data),
    );
  /** Connects a tab, and waits for its welcome. */
  const entered = (gateway: Gateway): Promise<Welcome> => firstValueFrom(heard<Welcome>(gateway, 'welcome'));
  const held = (gateway: Gateway): void => {
    const holding = gateway.session.subscribe({ error: () => undefined });
    atTestEnd(() => {
      holding.unsubscribe();
    });
  };

  it('welcomes with the list of users and what was said, and answers pings and questions for statistics', async () => {
    const url = await started();
    const ann = tab(url, await cookieOf(url, 'ann'));
    held(ann);
    await firstValueFrom(ann.request('chat.say', { text: ' hello ' }));
    const bob = tab(url, await cookieOf(url, 'bob'));
    held(bob);
    const welcome = await entered(bob);

    expect(welcome).to.deep.include({ you: 'bob', users: ['ann', 'bob'] });
    expect(welcome.recent.map(({ from, text }) => [from, text])).to.deep.equal([['ann', 'hello']]);
    expect(await firstValueFrom(bob.request<Stats>('chat.stats'))).to.deep.equal({
      totalUsers: 2,
      totalConnections: 2,
      messages: 1,
    });
    expect(await firstValueFrom(bob.request<{ at: number }>('chat.ping')))
      .to.have.property('at')
      .that.is.a('number');
  });

  it('welcomes a tab before anything else, and tells the others of it', async () => {
    const url = await started();
    const ann = tab(url, await cookieOf(url, 'ann'));
    held(ann);
    await entered(ann);
    const told = firstValueFrom(heard<readonly string[]>(ann, 'users'));
    const bob = tab(url, await cookieOf(url, 'bob'));
    const first = firstValueFrom(bob.session.pipe(notifications()));
    held(bob);
    expect((await first).topic).to.equal('welcome');
    expect(await told).to.deep.equal(['ann', 'bob']);
  });

  it('tells the others that somebody types, and none of the tabs of that person', async () => {
    const url = await started();
    const anns = await cookieOf(url, 'ann');
    const [ann, annToo, bob] = [tab(url, anns), tab(url, anns), tab(url, await cookieOf(url, 'bob'))];
    for (const gateway of [ann, annToo, bob]) held(gateway);
    await Promise.all([ann, annToo, bob].map(entered));
    const others = firstValueFrom(heard<TypingNotice>(bob, 'typing'));
    // What is said after it comes after it: had the notice gone to ann's other tab, it would be there first.
    const first = firstValueFrom(
      annToo.session.pipe(
        notifications(),
        filter(({ topic }) => topic === 'typing' || topic === 'chat.message'),
      ),
    );
    await firstValueFrom(ann.send('chat.typing', { typing: true }), { defaultValue: undefined });
    await firstValueFrom(ann.request('chat.say', { text: 'so' }));

    expect(await others).to.deep.equal({ user: 'ann', typing: true });
    expect((await first).topic).to.equal('chat.message');
  });

  it('keeps a message from its sender without echoToSender, and from nobody else', async () => {
    const url = await started({ echoToSender: false });
    const [ann, bob] = [tab(url, await cookieOf(url, 'ann')), tab(url, await cookieOf(url, 'bob'))];
    for (const gateway of [ann, bob]) held(gateway);
    await Promise.all([ann, bob].map(entered));
    const annHears = firstValueFrom(heard<ChatMessage>(ann, 'chat.message'));
    const bobHears = firstValueFrom(heard<ChatMessage>(bob, 'chat.message').pipe(take(2), toArray()));
    await firstValueFrom(ann.request('chat.say', { text: 'one' }));
    await firstValueFrom(bob.request('chat.say', { text: 'two' }).pipe(filter(() => true)), { defaultValue: undefined });
    await firstValueFrom(ann.request('chat.say', { text: 'three' }));

    expect((await annHears).text).to.equal('two');
    expect((await bobHears).map(({ text }) => text)).to.deep.equal(['one', 'three']);
  });

  it('carries a message to all tabs of one user, and to those of its sender, and to nobody else', async () => {
    const url = await started();
    const [anns, bobs] = [await cookieOf(url, 'ann'), await cookieOf(url, 'bob')];
    const tabs = [tab(url, anns), tab(url, anns), tab(url, bobs), tab(url, bobs), tab(url, await cookieOf(url, 'eve'))];
    for (const gateway of tabs) held(gateway);
    await Promise.all(tabs.map(entered));
    // What is said to all comes after it: a copy too many would be there by then.
    const heardBy = tabs.map((gateway) =>
      firstValueFrom(
        gateway.session.pipe(
          notifications<ToldMessage | ChatMessage>(),
          filter(({ topic }) => topic.startsWith('chat.')),
          takeWhile(({ topic }) => topic === 'chat.told'),
          map(({ data }) => data),
          toArray(),
        ),
      ),
    );
    await firstValueFrom(tabs[0]!.request('chat.tell', { to: 'bob', text: ' psst ' }));
    const gone = await firstValueFrom(tabs[0]!.request('chat.tell', { to: 'zoe', text: 'psst' })).catch(
      (error: unknown) => error,
    );
    await firstValueFrom(tabs[0]!.request('chat.say', { text: 'hello' }));

    const told = [{ from: 'ann', to: 'bob', text: 'psst' }];
    expect(await Promise.all(heardBy)).to.deep.equal([told, told, told, told, []]);
    expect(gone).to.include({ kind: 'requestFailed', code: 'NOT_HERE' });
  });

  it('answers a message that is none with the paths that are wrong, and nothing of what was sent', async () => {
    const url = await started();
    const ann = tab(url, await cookieOf(url, 'ann'));
    const failure = await firstValueFrom(ann.request('chat.say', { text: 42, canary: 'canary' })).catch(
      (error: unknown) => error as RequestFailedError,
    );
    expect(failure).to.include({ kind: 'requestFailed', code: 'INVALID_DATA' });
    expect(JSON.stringify(failure)).to.contain('text').and.not.contain('canary');
  });

  it('turns away one tab too many, and a name that is none', async () => {
    const url = await started({ tabsPerUser: 1 });
    const cookie = await cookieOf(url, 'ann');
    const [first, second] = [tab(url, cookie), tab(url, cookie)];
    held(first);
    await entered(first);
    held(second);
    const ended = await firstValueFrom(second.events.pipe(filter((event) => event.type === 'ended')));
    expect(ended.end.code).to.equal(4429);
    expect((await firstValueFrom(first.request<Stats>('chat.stats'))).totalUsers).to.equal(1);
    expect((await fetch(`${url}login`, { method: 'POST', body: '<b>' })).status).to.equal(400);
  });
});
