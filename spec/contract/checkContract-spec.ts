import { expect } from 'chai';
import { connect, contract, createGateway } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { createGatewayServer, serve } from 'rxgate/server';
import { fakeGateway, fakeServe } from 'rxgate/testing';
import { NEVER } from 'rxjs';
import { checkContract } from '../../lib/contract/checkContract.js';

describe('checkContract', () => {
  it('takes a contract with and without validation, and nothing at all', () => {
    for (const validation of [undefined, 'off']) checkContract('x', contract({}), true, validation);
    checkContract('x', undefined, false, undefined);
    expect(() => {
      checkContract('x', {}, false, undefined);
    }).to.throw(TypeError, 'x: contract must be of contract(), not object');
  });

  it('refuses validation without a contract, wherever it is an option', () => {
    const validation = 'report' as const;
    const to = { url: 'ws://fake', protocol: commandNotify(), validation };
    const served = { upgrades: NEVER, protocol: commandNotify(), validation };
    const all: readonly (readonly [owner: string, make: () => unknown])[] = [
      ['connect', () => connect(to)],
      // Assembled of connect and serve.
      ['connect', () => createGateway(to)],
      ['serve', () => serve(served)],
      ['serve', () => createGatewayServer(served)],
      ['fakeServe', () => fakeServe({ validation })],
      ['fakeServe', () => fakeGateway({ validation })],
    ];
    for (const [owner, make] of all)
      expect(make).to.throw(TypeError, `${owner}: contract must be there for validation, not undefined`);
  });
});
