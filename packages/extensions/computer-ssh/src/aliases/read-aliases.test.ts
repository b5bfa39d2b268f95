import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlias, readConfigLine } from './config-words.ts';
import { readAliases } from './read-aliases.ts';

describe('readAliases', () => {
  let home: string;
  const write = (name: string, text: string) => writeFile(join(home, name), text);
  const aliasesOf = async (name: string) => [
    ...(await readAliases({ file: join(home, name), home })),
  ];
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'ssh-aliases-'));
    await mkdir(join(home, '.ssh/more'), { recursive: true });
  });
  afterAll(() => rm(home, { recursive: true }));

  it('finds what names one computer, in the order of the file', async () => {
    await write(
      'config',
      [
        '# Host commented',
        'Host one two # three',
        '  HostName one.example',
        'host="four"  five',
        'HOST *.example !no ?any -option user@host with%h "two words" six',
        'Match originalhost matched exec "true"',
        '  User somebody',
        'Host *',
        '  ServerAliveInterval 10',
        'Host one',
        '\tHost\tseven\r',
      ].join('\n'),
    );
    expect(await aliasesOf('config')).toEqual(['one', 'two', 'four', 'five', 'six', 'seven']);
  });

  it('follows Include: patterns, the home, and names without a folder', async () => {
    await write('.ssh/more/a.conf', 'Host a');
    await write('.ssh/more/b.conf', 'Host b\nInclude ~/deep');
    await write('.ssh/more/.hidden.conf', 'Host hidden');
    await write('.ssh/more/c.txt', 'Host c');
    await write('deep', 'Match host x\nHost deep');
    await write('config', `Include more/*.conf ${home}/.ssh/more/[!ab].t?t\nHost last`);
    expect(await aliasesOf('config')).toEqual(['a', 'b', 'deep', 'c', 'last']);
  });

  it('ends where files include each other, or are not there', async () => {
    await write('config', `Host x\nInclude ${home}/config nowhere`);
    expect(await aliasesOf('config')).toEqual(['x']);
    expect(await aliasesOf('nowhere')).toEqual([]);
  });

  it('leaves out what is too many', async () => {
    const names = Array.from({ length: 3000 }, (_, n) => `h${n}`);
    await write('config', `Host ${names.join(' ')}`);
    expect(await aliasesOf('config')).toHaveLength(2000);
  });
});

describe('isAlias', () => {
  it('takes names, and nothing that ssh would read as something else', () => {
    for (const name of ['box', 'a.b-c_d', 'müller', 'git/hub', '2001:db8::1', '.x']) {
      expect(isAlias(name)).toBe(true);
    }
    const bad = [
      '',
      '-oProxyCommand=x',
      'a b',
      'a\nb',
      'a@b',
      '%h',
      '*',
      '$(x)',
      '`x`',
      'a;b',
      'a\0',
    ];
    for (const name of [...bad, 'x'.repeat(300)]) expect(isAlias(name)).toBe(false);
  });
});

describe('readConfigLine', () => {
  it('reads a keyword and its words', () => {
    expect(readConfigLine('  Host = "a b" c')).toEqual({ keyword: 'host', words: ['a b', 'c'] });
    expect(readConfigLine('# Host a')).toBeUndefined();
    expect(readConfigLine('')).toBeUndefined();
  });
});
