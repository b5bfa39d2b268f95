import { expect, it } from 'vitest';
import { type GetComputer, newFolder, nodeCodeOf, run, strangeNames } from './fixture.ts';

/** How a command starts, and how it ends by itself. */
export function commandSuite(fixture: GetComputer): void {
  it('gives a text to the shell, and a program its arguments as they are', async () => {
    const { computer, folder: cwd } = fixture();
    const shell = await run(computer, { command: 'echo "$((1 + 1))" | tr 2 3; echo $0', cwd });
    expect(shell.stdout.toString()).toMatch(/^3\n.*sh\n$/);
    const args = ['a b', '$HOME', '*', '', '-n', '--', '~', ...strangeNames];
    const plain = await run(computer, { command: ['printf', '%s\\0', ...args], cwd });
    expect(plain.stdout.toString().split('\0').slice(0, -1)).toEqual(args);
  });

  it('tells how a command exited', async () => {
    const { computer, folder: cwd } = fixture();
    const exitOf = async (command: string) => (await run(computer, { command, cwd })).exit;
    expect(await exitOf('true')).toEqual({ code: 0 });
    expect(await exitOf('exit 3')).toEqual({ code: 3 });
    expect(await exitOf('exit 255')).toEqual({ code: 255 });
    expect(await exitOf('kill -KILL $$')).toEqual({ signal: 'SIGKILL' });
    expect(await exitOf('kill -TERM $$')).toEqual({ signal: 'SIGTERM' });
  });

  it('tells of a program that is not there', async () => {
    const { computer, folder: cwd } = fixture();
    const { exit } = await run(computer, { command: ['no-such-program-here', 'x'], cwd });
    if ('code' in exit) expect(exit.code).toBe(127);
    else expect(exit).toMatchObject({ failure: expect.stringMatching(/./) });
  });

  it('runs in its folder, whatever that is called', async () => {
    const { computer } = fixture();
    const folder = await newFolder(fixture());
    for (const name of strangeNames) {
      const cwd = `${folder}/${name}`;
      await run(computer, { command: ['mkdir', '--', name], cwd: folder });
      const { stdout } = await run(computer, { command: 'pwd', cwd });
      expect(stdout.toString()).toBe(`${cwd}\n`);
      const plain = await run(computer, { command: ['pwd'], cwd });
      expect(plain.stdout.toString()).toBe(`${cwd}\n`);
    }
  });

  it('refuses a folder that is not there', async () => {
    const { computer, folder } = fixture();
    const spawn = (cwd: string) => computer.spawn({ command: 'true', cwd, onOutput: () => {} });
    expect(await nodeCodeOf(spawn(`${folder}/nowhere`))).toBe('ENOENT');
    await computer.writeFile(`${folder}/no-folder`, new Uint8Array());
    expect(await nodeCodeOf(spawn(`${folder}/no-folder`))).toBe('ENOTDIR');
  });

  it('gives an input of any bytes, which then ends, or none', async () => {
    const { computer, folder: cwd } = fixture();
    const input = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 31) % 256));
    const { stdout, exit } = await run(computer, { command: 'cat', cwd, input });
    expect(exit).toEqual({ code: 0 });
    expect(stdout.equals(input)).toBe(true);
    expect((await run(computer, { command: 'cat; echo end', cwd })).stdout.toString()).toBe(
      'end\n',
    );
  });

  it('does not mind an input that nobody reads', async () => {
    const { computer, folder: cwd } = fixture();
    const input = Buffer.alloc(1_000_000, 'x');
    expect((await run(computer, { command: 'exit 4', cwd, input })).exit).toEqual({ code: 4 });
  });

  it('gives the variables that it is told, and no variable of the host', async () => {
    const { computer, folder: cwd, hostSecret } = fixture();
    const all = await run(computer, { command: 'env', cwd });
    expect(all.stdout.toString()).toMatch(/^PATH=/m);
    expect(all.stdout.toString()).not.toContain(hostSecret);
    const environment = Object.fromEntries(strangeNames.map((value, n) => [`GIVEN_${n}`, value]));
    const names = Object.keys(environment);
    const command = [
      'sh',
      '-c',
      names.map((name) => `printf '%s\\0' "$${name}"`).join('; '),
    ] as const;
    for (const form of [command, command[2]]) {
      const { stdout } = await run(computer, { command: form, cwd, environment });
      expect(stdout.toString().split('\0').slice(0, -1)).toEqual(strangeNames);
    }
  });

  it('runs many at once, each with its own', async () => {
    const { computer, folder: cwd } = fixture();
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    const ran = await Promise.all(
      numbers.map((n) => run(computer, { command: `echo ${n}; echo e${n} >&2; exit ${n}`, cwd })),
    );
    ran.forEach(({ exit, stdout, stderr }, n) => {
      expect(exit).toEqual({ code: n });
      expect(`${stdout}${stderr}`).toBe(`${n}\ne${n}\n`);
    });
  });
}
