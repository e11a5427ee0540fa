import { createGateway, notifications } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { merge } from 'rxjs';

// #region client
export const client = (url: string) => {
  const gateway = createGateway({ url, protocol: commandNotify() });
  return merge(
    gateway.request<string>('greet', 'ann'),
    gateway.topic('prices:{symbol}', { symbol: 'SPX' }),
    gateway.session.pipe(notifications('said')),
  );
};
// #endregion
