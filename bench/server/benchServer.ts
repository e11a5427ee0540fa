/** What a server must do for the scenes. A client says `?user=…&room=…` in its url, and is listed under both. */
export interface BenchServer {
  readonly port: number;
  /** The ways to send one piece of data to every client. */
  readonly ways: Readonly<Record<string, (data: unknown) => void>>;
}

/** Who a client says it is. */
export const namesIn = (url = '/'): { user: string; room: string } => {
  const { searchParams } = new URL(url, 'ws://bench');
  return { user: searchParams.get('user') ?? '', room: searchParams.get('room') ?? '' };
};
