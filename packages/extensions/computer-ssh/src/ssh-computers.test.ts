import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extensionConformance, fakeExtensionContext } from '@dispatch/conformance';
import { describe, expect, it, onTestFinished } from 'vitest';
import { noSshd } from '../../../../test/sshd.ts';
import { computersOf } from './__fixtures__/ssh-computers.ts';
import extension from './index.ts';
import { parseMeaning } from './ssh-program.ts';

extensionConformance('computer-ssh', extension, () => ({ options: { configFile: '/nowhere' } }));

async function configOf(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'computer-ssh-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'config');
  await writeFile(file, text);
  return file;
}

describe('the computers of a configuration', () => {
  it.skipIf(noSshd !== undefined)('are listed with what ssh -G says, without keys', async () => {
    const file = await configOf(
      [
        'Match originalhost other',
        '  Port 99',
        'Host build other',
        '  HostName %h.example',
        '  IdentityFile ~/.ssh/secret',
        'Host build',
        '  User somebody',
        '  Port 2222',
        'Host *',
        '  User everybody',
      ].join('\n'),
    );
    expect(await computersOf(file).list()).toEqual([
      { computerId: 'build', host: 'build.example', user: 'somebody', port: 2222 },
      { computerId: 'other', host: 'other.example', user: 'everybody', port: 99 },
    ]);
  });

  it('are found by their aliases alone, without a word to ssh', async () => {
    const computers = computersOf(await configOf('Host build *.example\n'), {
      environment: { PATH: '/nowhere' },
    });
    expect((await computers.find('build'))?.computerId).toBe('build');
    expect(await computers.find('build')).toBe(await computers.find('build'));
    for (const id of [undefined, 'x.example', 'Build', '-oProxyCommand=touch', 'a b', 'u@build']) {
      expect(await computers.find(id)).toBeUndefined();
    }
    await expect(computers.list()).rejects.toMatchObject({
      code: 'computer-unavailable',
      message: expect.stringContaining('no `ssh` on the PATH'),
    });
  });

  it('are none where there is no configuration', async () => {
    expect(await computersOf('/nowhere/config').list()).toEqual([]);
  });

  it.skipIf(noSshd !== undefined)('can not be listed where ssh refuses the file', async () => {
    await expect(
      computersOf(await configOf('Host a\n  Nonsense x\n')).list(),
    ).rejects.toMatchObject({
      code: 'computer-unavailable',
      message: expect.stringContaining('does not understand the SSH configuration'),
    });
  });
});

describe('parseMeaning', () => {
  it('takes what holds for each session from the configuration', () => {
    const text = 'hostname h\nport 22\nforwardagent yes\nsetenv A=b c\nsetenv D="e"\n';
    expect(parseMeaning(text, 'x')).toEqual({
      host: 'h',
      port: 22,
      session: {
        forwardsAgent: true,
        variables: [
          ['A', 'b c'],
          ['D', '"e"'],
        ],
      },
    });
    expect(parseMeaning('', 'x')).toEqual({
      host: 'x',
      session: { forwardsAgent: false, variables: [] },
    });
  });
});

it('refuses options by name', async () => {
  for (const options of [{ idleMs: 1 }, { configFile: 'config' }, { maxCommands: 0 }]) {
    const [name = ''] = Object.keys(options);
    await expect(extension.setup(fakeExtensionContext(), {}, options)).rejects.toThrow(name);
  }
});
