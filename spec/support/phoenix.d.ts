/** What the specs use of the reference client, which comes without types. */
declare module 'phoenix' {
  export interface Push {
    receive(status: string, callback: (response: unknown) => void): Push;
  }
  export interface Channel {
    join(): Push;
    leave(): Push;
    push(event: string, payload: unknown): Push;
    on(event: string, callback: (payload: unknown) => void): number;
    onError(callback: (reason: unknown) => void): void;
    onClose(callback: (reason: unknown) => void): void;
  }
  export class Socket {
    constructor(url: string, options?: object);
    connect(): void;
    disconnect(callback?: () => void): void;
    channel(topic: string, params?: object): Channel;
    onOpen(callback: () => void): void;
  }
  export class Presence {
    constructor(channel: object);
    onSync(callback: () => void): void;
    list<T>(by: (key: string, presence: { metas: { phx_ref: string }[] }) => T): T[];
  }
}
