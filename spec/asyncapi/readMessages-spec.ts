import { expect } from 'chai';
import { readMessage, readOperationMessages } from '../../lib/asyncapi/readMessages.js';

const root = (value: object) => ({ value, pointer: '#' });
const at = (value: unknown, pointer = '#/here') => ({ value, pointer });
const components = {
  messages: {
    turn: { payload: { type: 'string' } },
    named: { name: 'wire.name', summary: 'what for', 'x-response': { $ref: '#/components/messages/turn' } },
  },
};
const channels = { lights: { messages: { turnOn: { $ref: '#/components/messages/turn' } } } };
const reference = (to: string) => at({ $ref: to }, '#/operations/on/messages/0');

describe('readMessage', () => {
  it('is named by its name, or by the first key that leads to it', () => {
    const document = root({ components, channels });
    const read = (to: string, keyFirst = false) => readMessage(document, reference(to), keyFirst).name;
    expect(read('#/components/messages/named')).to.equal('wire.name');
    // In version 3 the key in the channel is the id of the message, whatever it is called where it is kept.
    expect(read('#/channels/lights/messages/turnOn')).to.equal('turnOn');
    expect(read('#/components/messages/turn')).to.equal('turn');
    expect(read('#/components/messages/named', true)).to.equal('named');
  });

  it('tells where its schema is, and what answers it', () => {
    const message = readMessage(root({ components }), reference('#/components/messages/named'), true);
    expect(message).to.deep.include({ description: 'what for', pointer: '#/components/messages/named' });
    expect(message.payload).to.deep.equal({ value: undefined, pointer: '#/components/messages/named/payload' });
    expect(message.response?.name).to.equal('turn');
    expect(message.response?.payload).to.deep.equal({ value: { type: 'string' }, pointer: '#/components/messages/turn/payload' });
  });

  it('unwraps a schema with its format, and refuses formats that are no JSON Schema', () => {
    const of = (payload: object) => () => readMessage(root({}), at({ name: 'a', payload }), false).payload;
    expect(of({ schemaFormat: 'application/schema+yaml;version=draft-07', schema: {} })()).to.deep.equal({
      ...{ value: {}, pointer: '#/here/payload/schema' },
    });
    expect(of({ schemaFormat: 'application/vnd.apache.avro;version=1.9.0', schema: {} })).to.throw(
      '#/here/payload/schemaFormat: schemas of the format "application/vnd.apache.avro;version=1.9.0" are not read: only JSON Schema',
    );
  });

  it('is called by its key as it stands: a percent sign is one', () => {
    const document = root({ components: { messages: { 'a%zz/b': { payload: {} } } } });
    expect(readMessage(document, at({ $ref: '#/components/messages/a%zz~1b' }), true).name).to.equal('a%zz/b');
  });

  it('needs a name', () => {
    expect(() => readMessage(root({}), at({ payload: {} }), false)).to.throw('#/here: needs a "name"');
    expect(() => readMessage(root({}), at({ name: '' }), false)).to.throw('#/here: needs a "name"');
    expect(() => readMessage(root({}), at(7), false)).to.throw('#/here: must be an object');
  });
});

describe('readOperationMessages', () => {
  it('reads one message, one of several, and none', () => {
    const document = root({ components });
    const names = (value: unknown) => readOperationMessages(document, at(value)).map(({ name }) => name);
    const [turn, named] = ['turn', 'named'].map((key) => ({ $ref: `#/components/messages/${key}` }));
    expect(names({ message: turn })).to.deep.equal(['turn']);
    expect(names({ message: { oneOf: [turn, named] } })).to.deep.equal(['turn', 'named']);
    expect(names(undefined)).to.deep.equal([]);
    expect(() => names({})).to.throw('#/here/message: is missing');
  });
});
