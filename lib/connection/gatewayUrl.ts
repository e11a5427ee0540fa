/** Whether `url` is one that a WebSocket can be opened with. */
export const isWebSocketUrl = (url: string): boolean => {
  try {
    const { protocol, hash } = new URL(url);
    return /^wss?:$/.test(protocol) && hash === '';
  } catch {
    return false;
  }
};

/** The url without what may be a credential: user, password and query. */
export const publicUrl = (url: string): string => {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
};
