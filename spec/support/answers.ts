import type { Body, ServedConnection } from './wsServer.js';

/** The answers of a well-behaved gateway, for `onBody`: logins and subscribes are granted, pings answered, `silent` is not. */
export function answers(body: Body, connection: ServedConnection): void {
  const { id, type, topic, command, timestamp } = body;
  if (type === 'SUBSCRIBE') connection.send({ type: 'ACK', id, topic });
  else if (type === 'ping') connection.send({ type: 'pong', timestamp });
  else if (command !== undefined && command !== 'silent' && id !== undefined)
    connection.send({ type: 'RESPONSE', id, data: body.data ?? null });
}

export const isSubscribe = (body: Body): boolean => body.type === 'SUBSCRIBE';

/** Matches the frame of a command. */
export const isCommand =
  (command: string) =>
  (body: Body): boolean =>
    body.command === command;
