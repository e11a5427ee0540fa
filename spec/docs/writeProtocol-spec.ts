import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { firstValueFrom } from 'rxjs';
// It registers the contract suite for the adapter of the guide.
import '../../docs/snippets/homeAssistantContract.js';
import { home } from '../../docs/snippets/home.js';
import { cleanUp } from '../support/atTestEnd.js';
import { recorded } from '../support/recorded.js';
import { wsServer } from '../support/wsServer.js';

describe('the adapter of the guide to writing one', () => {
  afterEach(cleanUp);

  it('is under 60 lines', () => {
    const lines = readFileSync(new URL('../../docs/snippets/homeAssistant.ts', import.meta.url), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines.length).to.be.within(20, 59);
  });

  it('talks to a gateway over a socket, as home.ts does', async () => {
    const paths: unknown[] = [];
    const server = await wsServer({
      onConnection: ({ send, request }) => {
        paths.push(request.url);
        send({ type: 'auth_required' });
      },
      onBody: ({ id, type, access_token: token, event_type: topic, domain }, { send }) => {
        if (type === 'auth') send({ type: token === 'secret' ? 'auth_ok' : 'auth_invalid' });
        else send({ id, type: 'result', success: true, result: domain ?? null });
        if (topic) send({ id, type: 'event', event: { data: { entity_id: 'light.bed' } } });
      },
    });
    const { changes$, call } = home(server.url, () => 'secret');
    const changes = recorded(changes$);
    expect(await changes.value()).to.deep.equal({ data: { entity_id: 'light.bed' } });
    expect(await firstValueFrom(call('light', 'turn_on'))).to.equal('light');
    changes.subscription.unsubscribe();
    expect(paths[0]).to.equal('/api/websocket');
  });
});
