import { WebSocket } from 'ws';
import { type PhoenixFrame, readPhoenixFrame } from '../../lib/protocols/phoenixFrame.js';
import { type ServedConnection, type WsServer, wsServer } from './wsServer.js';

/** A small server of Phoenix channels: any topic `room:…` can be joined, and its events are those of {@link events}. */
export interface PhoenixServer extends WsServer {
  /** What the clients sent, in order, as lists; what a client chooses for itself, its refs, is numbered in the order of appearance. */
  frames(connection: number): readonly unknown[];
  /** Says nothing any more, on no connection. */
  silence(): void;
}

interface Member {
  readonly connection: ServedConnection;
  readonly topic: string;
  readonly joinRef: string;
  readonly user: string;
  readonly meta: { readonly phx_ref: string };
}

const bytesOf = (...fields: readonly (string | number)[]): Buffer => {
  const [kind = 0, ...texts] = fields;
  const encoded = texts.map((field) => Buffer.from(`${field}`));
  return Buffer.concat([Buffer.from([Number(kind), ...encoded.map(({ length }) => length)]), ...encoded]);
};

/** Starts one on 127.0.0.1; it stops with the test. */
export async function phoenixServer(): Promise<PhoenixServer> {
  const members = new Set<Member>();
  const recorded = new Map<ServedConnection, PhoenixFrame[]>();
  let joins = 0;
  let silent = false;

  const send = (connection: ServedConnection, frame: PhoenixFrame): void => {
    if (!silent && connection.socket.readyState === WebSocket.OPEN) connection.send(frame);
  };
  const broadcast = (topic: string, event: string, payload: Record<string, unknown>): void => {
    for (const member of members) if (member.topic === topic) send(member.connection, [null, null, topic, event, payload]);
  };
  const leave = (member: Member, event?: 'phx_close' | 'phx_error'): void => {
    if (!members.delete(member)) return;
    const { connection, topic, joinRef, user, meta } = member;
    if (event) send(connection, [joinRef, joinRef, topic, event, {}]);
    broadcast(topic, 'presence_diff', { joins: {}, leaves: { [user]: { metas: [meta] } } });
  };
  const join = (connection: ServedConnection, [, ref, topic, , payload]: PhoenixFrame): void => {
    const answer = (status: string, response: object) => send(connection, [ref, ref, topic, 'phx_reply', { status, response }]);
    const { user = 'nobody', token } = payload as { readonly user?: string; readonly token?: string };
    if (!topic.startsWith('room:')) return answer('error', { reason: 'unmatched topic' });
    if (token === 'wrong') return answer('error', { reason: 'unauthorized', hint: 'a token' });
    for (const member of members) if (member.connection === connection && member.topic === topic) leave(member, 'phx_close');
    const member: Member = { connection, topic, joinRef: ref ?? '', user, meta: { phx_ref: `F${++joins}` } };
    answer('ok', { welcome: user });
    const here: Record<string, { metas: object[] }> = {};
    for (const { topic: theirs, user: name, meta } of members)
      if (theirs === topic) (here[name] ??= { metas: [] }).metas.push(meta);
    members.add(member);
    // As Phoenix does it: those who are there hear of the newcomer, who hears of it as well, and is pushed the state.
    broadcast(topic, 'presence_diff', { joins: { [user]: { metas: [member.meta] } }, leaves: {} });
    send(connection, [ref, null, topic, 'presence_state', here]);
    return undefined;
  };
  /** What the channel does at each event. */
  const events: Readonly<
    Record<string, (frame: PhoenixFrame, member: Member) => { status: string; response: object } | undefined>
  > = {
    echo: ([, , , , payload]) => ({ status: 'ok', response: payload }),
    fail: () => ({ status: 'error', response: { reason: 'too_late', by: 3 } }),
    silent: () => undefined,
    shout: ([, , topic, , payload]) => {
      broadcast(topic, 'shouted', payload as Record<string, unknown>);
      return { status: 'ok', response: {} };
    },
    new_msg: ([, , topic, event, payload]) => {
      broadcast(topic, event, payload as Record<string, unknown>);
      return { status: 'ok', response: {} };
    },
    crash: (_frame, member) => {
      leave(member, 'phx_error');
      return undefined;
    },
    close: (_frame, member) => {
      leave(member, 'phx_close');
      return undefined;
    },
  };
  const take = (connection: ServedConnection, frame: PhoenixFrame): void => {
    const [joinRef, ref, topic, event, payload] = frame;
    const answer = (status: string, response: object) =>
      send(connection, [joinRef, ref, topic, 'phx_reply', { status, response }]);
    if (topic === 'phoenix') return answer('ok', {});
    if (event === 'phx_join') return join(connection, frame);
    const member = [...members].find(
      (each) => each.connection === connection && each.joinRef === joinRef && each.topic === topic,
    );
    if (!member) return answer('error', { reason: 'unmatched topic' });
    if (event === 'phx_leave') {
      answer('ok', {});
      return leave(member, 'phx_close');
    }
    if (payload instanceof Uint8Array) {
      const reply = bytesOf(1, joinRef ?? '', ref ?? '', topic, 'ok');
      connection.socket.send(Buffer.concat([reply, payload]));
      connection.socket.send(Buffer.concat([bytesOf(2, topic, 'bytes'), payload]));
      return undefined;
    }
    const result = events[event]?.(frame, member);
    if (result) answer(result.status, result.response);
    return undefined;
  };

  const server = await wsServer({
    onConnection: (connection) => {
      const frames: PhoenixFrame[] = [];
      recorded.set(connection, frames);
      connection.socket.on('message', (data: Buffer, isBinary: boolean) => {
        const frame = isBinary ? readPush(data) : readPhoenixFrame(data.toString());
        frames.push(frame);
        take(connection, frame);
      });
      connection.socket.on('close', () => {
        for (const member of members) if (member.connection === connection) leave(member);
      });
    },
  });
  return Object.assign(server, {
    frames: (index: number) => {
      const refs = new Map<unknown, string>([[null, '-']]);
      const numbered = (ref: unknown): string => refs.get(ref) ?? refs.set(ref, `ref ${refs.size}`).get(ref) ?? '';
      const frames = [...recorded.values()][index] ?? [];
      return frames.map(([joinRef, ref, ...rest]) => [numbered(joinRef), numbered(ref), ...rest]);
    },
    silence: () => {
      silent = true;
    },
  });
}

/** What a client pushes in binary: four names with their sizes, then the payload. */
function readPush(data: Buffer): PhoenixFrame {
  let at = 5;
  const [joinRef = '', ref = '', topic = '', event = ''] = [...data.subarray(1, 5)].map(
    (size) => `${data.subarray(at, (at += size))}`,
  );
  return [joinRef, ref, topic, event, Uint8Array.from(data.subarray(at))];
}
