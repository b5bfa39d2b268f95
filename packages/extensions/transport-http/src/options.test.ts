import { expect, it, test } from 'vitest';
import { parseOptions } from './options.ts';

test('all has a default', () => {
  expect(parseOptions(undefined)).toEqual({
    port: 4177,
    bind: '127.0.0.1',
    hosts: [],
    origins: [],
  });
});

it.each([
  [{ prot: 1 }, 'prot'],
  [{ port: 65_536 }, 'port'],
  [{ bind: '0.0.0.0' }, 'bind'],
  [{ token: 'short' }, 'token'],
  [{ hosts: ['http://a.example'] }, 'hosts'],
  [{ hosts: ['a/b'] }, 'hosts'],
  [{ origins: ['a.example'] }, 'origins'],
  [{ origins: ['https://a.example/'] }, 'origins'],
  [{ origins: ['null'] }, 'origins'],
])('refuses %j and names the key', (raw, key) => {
  expect(() => parseOptions(raw)).toThrow(key);
});

test('a wrong token is not repeated', () => {
  const token = 'secret words in it';
  try {
    parseOptions({ token });
    expect.unreachable();
  } catch (error) {
    expect(String(error)).not.toContain(token);
  }
});

test('with a token any address will do', () => {
  expect(parseOptions({ bind: '0.0.0.0', token: 'x'.repeat(16) }).bind).toBe('0.0.0.0');
});
