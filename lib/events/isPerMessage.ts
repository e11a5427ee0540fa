import type { GatewayEvent } from './gatewayEvent.js';

/** Whether an event is one of those that are only built while somebody observes them. */
export const isPerMessage = ({ type }: GatewayEvent): boolean => type === 'sent' || type === 'received';
