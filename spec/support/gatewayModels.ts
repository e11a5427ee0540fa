import { type GatewayModel, readAsyncApi } from 'rxgate/asyncapi';
import type { Behind } from '../../lib/asyncapi/accepts.js';

const text = { type: 'string', examples: ['x'] };
const Bar = {
  type: 'object',
  description: 'A bar.',
  required: ['close'],
  properties: { close: { type: 'number', examples: [7] } },
};
const named = (name: string, payload?: unknown) => ({ name, ...(payload !== undefined && { payload }) });

/** A gateway of commandNotify: a command with a reply, one without, a topic, and an event unasked. */
export const plainModel = (): GatewayModel =>
  readAsyncApi({
    asyncapi: '3.0.0',
    info: { title: 'Plain */', version: '1.2.3' },
    channels: {
      main: {
        address: '/',
        messages: {
          place: named('orders.place', text),
          placed: named('placed', text),
          note: named('note'),
          notice: named('notice', text),
        },
      },
      bars: { address: 'bars:{symbol}', messages: { bar: named('bar', { $ref: '#/components/schemas/Bar' }) } },
    },
    operations: {
      place: {
        ...{ action: 'receive', channel: { $ref: '#/channels/main' }, messages: [{ $ref: '#/channels/main/messages/place' }] },
        reply: { messages: [{ $ref: '#/channels/main/messages/placed' }] },
      },
      note: { action: 'receive', channel: { $ref: '#/channels/main' }, messages: [{ $ref: '#/channels/main/messages/note' }] },
      notice: { action: 'send', channel: { $ref: '#/channels/main' }, messages: [{ $ref: '#/channels/main/messages/notice' }] },
      bars: { action: 'send', channel: { $ref: '#/channels/bars' } },
    },
    components: { schemas: { Bar } },
  });

/** A gateway as FastWS describes it: the topic `bars`, updates without their name. */
export const fastwsModel = (): GatewayModel => {
  const envelope = (type: string, payload: unknown) => ({
    payload: { type: 'object', properties: { type: { const: type }, payload }, required: ['type', 'payload'] },
  });
  const params = { type: 'object', required: ['symbol'], properties: { symbol: text, depth: { type: 'integer' } } };
  return readAsyncApi({
    asyncapi: '2.4.0',
    info: { title: 'Fast', version: '1.0.0' },
    servers: { main: { url: 'ws://gw.example/ws', protocol: 'ws' } },
    channels: {
      '/': {
        publish: { message: { $ref: '#/components/messages/bars.subscribe' } },
        subscribe: { message: { $ref: '#/components/messages/bars.update' } },
      },
    },
    components: {
      messages: {
        'bars.subscribe': envelope('bars.subscribe', params),
        'bars.update': envelope('bars.update', { $ref: '#/components/schemas/Bar' }),
      },
      schemas: { Bar },
    },
  });
};

export const behindOf = ({ schemas }: GatewayModel): Behind => {
  const shapes = new Map(schemas.map(({ name, shape }) => [name, shape]));
  return (shape) => (shape.kind === 'named' ? (shapes.get(shape.name) ?? shape) : shape);
};
