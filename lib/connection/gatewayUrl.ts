/** Whether `url` is one that a WebSocket can be opened with. */
export const isWebSocketUrl = (url: unknown): url is string => {
  try {
    const { protocol, hash } = new URL(url as string);
    return typeof url === 'string' && /^wss?:$/.test(protocol) && !hash;
  } catch {
    return false;
  }
};

/** The url without what may be a credential: user, password and query. */
export const publicUrl = (url: string): string => {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
};
