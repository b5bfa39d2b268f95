import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { decideAccess } from './decide-access.ts';
import { parseHostName, parseOriginHost } from './host-name.ts';
import { isLoopback } from './loopback.ts';
import { ownNames } from './own-names.ts';
import { tokenCheck } from './token-check.ts';

const port = 4177;
const policy = {
  isOwnName: ownNames('127.0.0.1', port, ['dispatch.lan', 'Proxy.Example:8443', '[fd00::1]']),
  origins: new Set(['https://console.example']),
};

function decide(host: string, origin?: string) {
  return decideAccess(policy, { hosts: [host], origin, token: undefined });
}

describe('without a token', () => {
  it.each([
    'localhost:4177',
    'LOCALHOST:4177',
    '127.0.0.1:4177',
    '[::1]:4177',
    'dispatch.lan',
    'dispatch.lan:80',
    'dispatch.lan:9999',
    'proxy.example:8443',
    '[fd00::1]:1',
  ])('knows its own name %s', (host) => {
    expect(decide(host).isAllowed).toBe(true);
  });

  it.each([
    '',
    'localhost',
    'localhost:4178',
    'localhost.:4177',
    'localhost:4177.',
    'localhost:4177@evil.example',
    'evil.example@localhost:4177',
    'localhost:4177/evil',
    'localhost:4177, evil.example',
    'localhost:04177x',
    'localhost:',
    'evil.example:4177',
    'localhost.evil.example:4177',
    '127.0.0.1.evil.example:4177',
    '127.1:4177',
    '2130706433:4177',
    '0.0.0.0:4177',
    '[::ffff:127.0.0.1]:4177',
    '[::1]',
    'proxy.example',
    'proxy.example:8444',
    'http://localhost:4177',
  ])('refuses the Host %j', (host) => {
    expect(decide(host)).toMatchObject({ isAllowed: false, code: 'forbidden-origin' });
  });

  it('refuses no Host, and two', () => {
    const token = undefined;
    const origin = undefined;
    expect(decideAccess(policy, { hosts: [], origin, token }).isAllowed).toBe(false);
    const hosts = ['localhost:4177', 'localhost:4177'];
    expect(decideAccess(policy, { hosts, origin, token }).isAllowed).toBe(false);
  });

  it.each(['http://localhost:4177', 'http://127.0.0.1:4177', 'https://console.example'])(
    'lets pages of %s in',
    (origin) => {
      expect(decide('localhost:4177', origin).isAllowed).toBe(true);
    },
  );

  it.each([
    'null',
    '',
    'http://localhost',
    'http://localhost:5173',
    'https://console.example.evil.example',
    'http://console.example',
    'http://localhost:4177@evil.example',
    'file://',
    'chrome-extension://localhost:4177',
  ])('refuses pages of %j', (origin) => {
    expect(decide('localhost:4177', origin)).toMatchObject({ code: 'forbidden-origin' });
  });

  test('whatever a Host is, one that is let in names this host', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webAuthority()), (host) => {
        if (decide(host).isAllowed) {
          const name = parseHostName(host)?.name ?? '';
          expect(['localhost', '127.0.0.1', '[::1]', 'dispatch.lan', '[fd00::1]']).toContain(name);
        }
      }),
    );
  });
});

describe('with a token', () => {
  const guarded = { ...policy, checkToken: tokenCheck('0123456789abcdef') };
  const decideToken = (token: string | undefined) =>
    decideAccess(guarded, { hosts: ['evil.example'], origin: 'http://evil.example', token });

  it('lets the token decide alone', () => {
    expect(decideToken('0123456789abcdef').isAllowed).toBe(true);
  });

  it.each([undefined, '', '0123456789abcde', '0123456789abcdef0', '0123456789abcdeF'])(
    'refuses %j',
    (token) => {
      expect(decideToken(token)).toMatchObject({ isAllowed: false, code: 'unauthorized' });
    },
  );
});

test('an origin always says its port', () => {
  expect(parseOriginHost('https://a.example')).toEqual({ name: 'a.example', port: 443 });
  expect(parseOriginHost('http://a.example')).toEqual({ name: 'a.example', port: 80 });
  expect(parseOriginHost('ftp://a.example')).toBeUndefined();
});

test('loopback is what only this machine reaches', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].every(isLoopback)).toBe(true);
  expect(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil', ''].some(isLoopback)).toBe(false);
});
