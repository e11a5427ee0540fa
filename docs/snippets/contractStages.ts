import { commandNotify } from 'rxgate/protocols';
import { commands, serve, type ServeSource, topics } from 'rxgate/server';
import { NEVER } from 'rxjs';
import { trading } from './contract.js';

// #region stages
export const splitServer = (source: ServeSource) =>
  serve({ ...source, protocol: commandNotify(), contract: trading, validation: 'report' }).pipe(
    commands({ 'orders.place': () => ({ order: 1 }) }, { elsewhere: ['orders.count'] }),
    commands({ 'orders.count': () => 1 }, { elsewhere: ['orders.place'] }),
    topics({ 'bars:{symbol}:{resolution}': () => NEVER }),
  );
// #endregion
