import { expect } from 'chai';
import { type GraphqlDocuments, graphqlOperations } from '../../lib/protocols/graphqlOperations.js';

const query = 'query ($id: ID!) { user(id: $id) { name } }';

describe('graphqlOperations', () => {
  describe('run', () => {
    const { run } = graphqlOperations({
      user: query,
      second: { query: 'query A { a } query B { b }', operationName: 'B', extensions: { trace: 1 } },
    });

    it('takes a document for itself, and a name for its document', () => {
      expect(run('{ a }', undefined)).to.deep.equal({ query: '{ a }', variables: undefined });
      expect(run('user', { id: 7 })).to.deep.equal({ query, variables: { id: 7 } });
    });

    it('takes the operation and the extensions of a document with several operations along', () => {
      expect(run('second', { n: 1 })).to.deep.equal({
        query: 'query A { a } query B { b }',
        operationName: 'B',
        extensions: { trace: 1 },
        variables: { n: 1 },
      });
    });

    it('sends no name that it does not know: a server would end the connection of all for it', () => {
      for (const name of ['usr', 'toString', '__proto__', 'query'])
        expect(() => run(name, undefined), name).to.throw(TypeError, 'No document is known for it');
    });

    it('takes objects for variables, and nothing else, and does not quote them', () => {
      for (const variables of ['secret', 7, true, [1], new Map()])
        expect(() => run('user', variables)).to.throw(TypeError, /^variables must be an object$/);
      for (const none of [null, undefined]) expect(run('user', none)).to.have.property('variables', undefined);
    });
  });

  describe('listen', () => {
    const { listen } = graphqlOperations(undefined, {
      'bars:{symbol}': query,
      'bars:{symbol}:{resolution}': { query: '{ second }', operationName: 'B' },
      'news {kind}': '{ third }',
    });

    it('makes variables of the name and of the other params, which go before', () => {
      expect(listen('bars:SPX', undefined)).to.deep.equal({ query, variables: { symbol: 'SPX' } });
      expect(listen('bars:SPX', { count: 3 })).to.deep.equal({ query, variables: { symbol: 'SPX', count: 3 } });
      expect(listen('bars:a%3Ab', { symbol: 7 })).to.deep.equal({ query, variables: { symbol: 7 } });
      expect(listen('news all', {})).to.deep.equal({ query: '{ third }', variables: { kind: 'all' } });
    });

    it('takes the first template that fits', () => {
      expect(listen('bars:SPX:1', undefined)).to.deep.equal({ query, variables: { symbol: 'SPX:1' } });
    });

    it('refuses a topic of no template, and params that are no object', () => {
      expect(() => listen('trades:SPX', undefined)).to.throw(TypeError, 'No document is known for it');
      expect(() => listen('bars:SPX', 'x')).to.throw(TypeError, /^params must be an object$/);
    });
  });

  it('refuses what is no document, by the name of its option', () => {
    for (const given of [7, null, undefined, {}, { query: 7 }, [query]] as never[])
      for (const option of ['operations', 'topics'] as const) {
        const documents: GraphqlDocuments = { 'a b': given };
        const read = () => (option === 'topics' ? graphqlOperations({}, documents) : graphqlOperations(documents));
        expect(read, JSON.stringify(given)).to.throw(
          TypeError,
          `graphqlTransportWs: ${option}.a b must be a document, or { query }, not `,
        );
      }
    for (const given of [7, 'x', [query], null] as never[])
      expect(() => graphqlOperations(given)).to.throw(TypeError, 'graphqlTransportWs: operations must be an object');
  });
});
