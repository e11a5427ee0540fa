import { connect, heartbeat, request, retryBackoff, shareSession, topic } from 'rxgate';
import { homeAssistant } from './homeAssistant.js';

// #region home
/** A home: `home('ws://homeassistant.local:8123', () => readToken())`. */
export const home = (url: string, credentials: () => string) => {
  const session$ = connect({ url, credentials, protocol: homeAssistant() }).pipe(heartbeat(), retryBackoff(), shareSession());
  return {
    changes$: session$.pipe(topic<{ data: { entity_id: string } }>('state_changed')),
    call: (domain: string, service: string) => session$.pipe(request('call_service', { domain, service })),
  };
};
// #endregion
