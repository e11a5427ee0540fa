// Runs in the page: bundled from the packed package, as an application would be.
import {
  connect,
  authenticate,
  createGateway,
  drain,
  heartbeat,
  logTo,
  request,
  retryBackoff,
  shareSession,
  topic,
} from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { firstValueFrom, type Observable } from 'rxjs';

declare global {
  interface Window {
    readonly url: string;
    readonly log: string[];
    result?: unknown;
  }
}

const { url, log } = window;

/** Logs in, listens to a topic over a cut, asks once more, and closes. */
async function pipeline(): Promise<unknown> {
  const events = logTo({
    debug: String,
    info: (line: string) => log.push(line),
    warn: (line: string) => log.push(line),
    error: String,
  });
  const session$ = connect({ url: `${url}?token=canary`, protocol: commandNotify(), events }).pipe(
    authenticate((session) => session.request('POST_LOGIN', { token: 'canary' })),
    heartbeat({ interval: 200, timeout: 1_000 }),
    retryBackoff({ initialDelay: 20, maxDelay: 100, events }),
    shareSession({ events }),
  );
  const seen: unknown[] = [];
  const bothSessions = new Promise<void>((resolve) => {
    session$.pipe(topic('ticks')).subscribe((tick) => {
      seen.push(tick);
      if (tick === 'session 1') session$.pipe(request('cut')).subscribe({ error: () => undefined });
      if (tick === 'session 2') resolve();
    });
  });
  await bothSessions;
  const echo = await firstValueFrom(session$.pipe(request('echo', { text: 'grüße 🚀' })));
  const report = await firstValueFrom(drain(session$));
  return { seen, echo, report };
}

/** What a browser cannot do is said at once, and by name. */
async function unsupported(): Promise<unknown> {
  const failure = (stream: Observable<unknown>): Promise<unknown> =>
    new Promise((resolve) => stream.subscribe({ error: (error: unknown) => resolve(error) }));
  const headers = await failure(createGateway({ url, protocol: commandNotify(), headers: { a: 'b' } }).session);
  return JSON.parse(JSON.stringify(headers)) as unknown;
}

const run = async (): Promise<void> => {
  window.result = { pipeline: await pipeline(), unsupported: await unsupported() };
};
run().catch((error: unknown) => {
  window.result = { failed: String(error) };
});
