import { expect } from 'chai';
import { graphqlTransportWs, type GraphqlTransportWsOptions } from 'rxgate/protocols';

describe('graphqlTransportWs', () => {
  it('offers its subprotocol, beats with messages, and makes a codec for each session', () => {
    const protocol = graphqlTransportWs();
    expect(protocol).to.include({ name: 'graphqlTransportWs' });
    expect(protocol.subprotocols).to.deep.equal(['graphql-transport-ws']);
    expect(protocol.heartbeat).to.deep.equal({ mode: 'message' });
    expect(protocol.client()).not.to.equal(protocol.client());
  });

  const verdicts: readonly (readonly [code: number, verdict: string | undefined])[] = [
    [1000, undefined],
    [1011, undefined],
    [4004, 'final'],
    [4005, 'final'],
    [4400, undefined],
    [4401, undefined],
    [4403, 'refresh'],
    [4406, 'final'],
    [4408, undefined],
    [4409, undefined],
    [4429, 'final'],
    [4499, undefined],
    [4500, 'final'],
    [4504, undefined],
  ];
  for (const [code, verdict] of verdicts)
    it(`${verdict ? `says ${verdict}` : 'leaves it to the table'} for ${code}`, () => {
      expect(graphqlTransportWs().closeCodes?.(code, '{"retryAfter":5}')).to.equal(verdict);
    });

  const wrong: readonly (readonly [options: unknown, text: string])[] = [
    [7, 'graphqlTransportWs: options must be an object'],
    [{ wholeResults: 'all' }, 'graphqlTransportWs: wholeResults must be true or false'],
    [{ operations: [] }, 'graphqlTransportWs: operations must be an object'],
    [{ topics: { bars: 7 } }, 'graphqlTransportWs: topics.bars must be a document'],
  ];
  for (const [options, text] of wrong)
    it(`refuses ${JSON.stringify(options)} at the call`, () => {
      expect(() => graphqlTransportWs(options as GraphqlTransportWsOptions)).to.throw(TypeError, text);
    });

  it('gives the documents and the form of the results to its codecs', () => {
    const codec = graphqlTransportWs({ operations: { a: '{ a }' }, topics: { t: '{ t }' }, wholeResults: true }).client();
    expect(codec.encode({ kind: 'request', id: 1, command: 'a' })).to.equal(
      '{"id":"1","type":"subscribe","payload":{"query":"{ a }"}}',
    );
    expect(codec.encode({ kind: 'subscribe', id: 2, key: 't', topic: 't' }))
      .to.have.property('frames')
      .with.length(1);
    expect(codec.decode('{"id":"1","type":"next","payload":{"data":1}}')).to.deep.include({ data: { data: 1 } });
  });
});
