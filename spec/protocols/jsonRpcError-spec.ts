import { expect } from 'chai';
import { readJsonRpcError, writeJsonRpcError } from '../../lib/protocols/jsonRpcError.js';

describe('jsonRpcError', () => {
  const written: readonly (readonly [code: string | number, message: string | undefined, error: object])[] = [
    [404, 'No such order', { code: 404, message: 'No such order' }],
    [404, undefined, { code: 404, message: '' }],
    ['UNKNOWN_COMMAND', 'there is no command "x"', { code: -32601, message: 'UNKNOWN_COMMAND: there is no command "x"' }],
    ['INVALID_DATA', undefined, { code: -32602, message: 'INVALID_DATA' }],
    ['INTERNAL_ERROR', 'the command failed', { code: -32603, message: 'INTERNAL_ERROR: the command failed' }],
    ['FORBIDDEN', 'Not for you', { code: -32000, message: 'FORBIDDEN: Not for you' }],
    ['constructor', undefined, { code: -32000, message: 'constructor' }],
  ];
  for (const [code, message, error] of written)
    it(`is written for ${JSON.stringify(code)} ${message === undefined ? 'alone' : 'and a text'} as ${JSON.stringify(error)}`, () => {
      expect(JSON.parse(JSON.stringify(writeJsonRpcError({ code, message })))).to.deep.equal(error);
      const data = { paths: ['a'] };
      expect(writeJsonRpcError({ code, message, data })).to.deep.equal({ ...error, data });
    });

  it('is read with code, text and data', () => {
    for (const code of [-32601, 0, 1.5, 'E_BUSY', ''])
      expect(readJsonRpcError({ code, message: 'No', data: [1], more: 2 })).to.deep.equal({ code, message: 'No', data: [1] });
    expect(readJsonRpcError({ code: 1 })).to.deep.equal({ code: 1, message: undefined, data: undefined });
    expect(readJsonRpcError({ code: 1, message: { en: 'No' } })).to.deep.equal({ code: 1, message: undefined, data: undefined });
  });

  it('is data, under the code of an internal error, where it has no code', () => {
    for (const error of ['No', 7, true, [], {}, { message: 'No' }, { code: null }, { code: [1] }])
      expect(readJsonRpcError(error)).to.deep.equal({ code: -32603, data: error });
  });
});
