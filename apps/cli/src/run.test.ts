import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fakeHost, refuse } from './__fixtures__/fake-host.ts';
import { runCommand } from './__fixtures__/run-command.ts';
import { commands } from './commands.ts';
import { version } from './version.ts';

test('the version is that of the package', () => {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ version });
});

test('the help names every command, every exit code and the environment', async () => {
  for (const args of [[], ['--help'], ['-h'], ['help']]) {
    const { exitCode, stdout, stderr } = await runCommand(args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const { name } of commands) expect(stdout).toContain(`\n  ${name} `);
    for (const word of ['124', '130', 'DISPATCH_URL', 'DISPATCH_TOKEN', 'NO_COLOR', '--json']) {
      expect(stdout).toContain(word);
    }
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(110);
  }
  expect((await runCommand(['--version'])).stdout).toBe(`${version}\n`);
});

test('each command has a help of its own', async () => {
  for (const { name, options } of commands) {
    const { exitCode, stdout } = await runCommand([name, '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`Usage: dispatch ${name}`);
    for (const option of Object.keys(options)) expect(stdout).toContain(`--${option}`);
  }
});

test.each([
  [['nope'], 'There is no command `nope`'],
  [['--json'], 'There is no command'],
  [['sned', 'Hi'], 'Did you mean `dispatch send`?'],
  [['send', '--nope', 'Hi'], "Unknown option '--nope'"],
  [['send', '--model'], "'-m, --model <value>' argument missing"],
  [['ls', 'a'], 'takes no further argument: "a"'],
  [['ls', '--limit', 'x'], '--limit must be a whole number, not "x"'],
  [['send', 'Hi', '--timeout', 'soon'], '--timeout must be a time like 90, 10m or 1h, not "soon"'],
  [['send', 'Hi', '--mode', 'plan'], '--mode must be "act" or "read-only", not "plan"'],
  [['send', 'Hi', '-c', 'a b'], '"a b" can be no id'],
  [['send'], 'There is no message'],
  [['ls', '--url', 'localhost'], '--url is no address of a host: "localhost"'],
])('a wrong use ends with 2 and says why: %j', async (args, words) => {
  const { url } = await fakeHost();
  const { exitCode, stdout, stderr } = await runCommand(args, { url });
  expect(stderr).toContain(words);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
});

test('without a host it says what to do', async () => {
  const nowhere = await runCommand(['ls']);
  expect(nowhere.exitCode).toBe(1);
  expect(nowhere.stderr).toMatch(
    /^dispatch: No host is running here\.\n .*host\.json\.\n .*npm start/,
  );
  const gone = await runCommand(['ls'], { url: 'http://127.0.0.1:1' });
  expect(gone.exitCode).toBe(1);
  expect(gone.stderr).toContain('The host at http://127.0.0.1:1 can not be reached.');
});

test('a refusal is told in the words of the host, with what to do', async () => {
  const { url } = await fakeHost({
    answers: { 'GET /conversations': (response: never) => refuse(response, 401, 'unauthorized') },
  });
  const { exitCode, stderr } = await runCommand(['ls'], { url });
  expect(exitCode).toBe(1);
  expect(stderr).toBe(
    "dispatch: It is unauthorized (unauthorized)\n  Set DISPATCH_TOKEN to the host's token.\n",
  );
});

test('colours are for terminals, unless the environment says otherwise', async () => {
  const { url } = await fakeHost();
  const send = (env: Record<string, string>, isTerminal: boolean) =>
    runCommand(['send', 'Hi'], { url, env, isTerminal });
  const hasColours = ({ stdout, stderr }: { stdout: string; stderr: string }) =>
    (stdout + stderr).includes('\u001b[');
  expect(hasColours(await send({}, true))).toBe(true);
  expect(hasColours(await send({}, false))).toBe(false);
  expect(hasColours(await send({ NO_COLOR: '1' }, true))).toBe(false);
  expect(hasColours(await send({ TERM: 'dumb' }, true))).toBe(false);
  expect(hasColours(await send({ FORCE_COLOR: '1' }, false))).toBe(true);
  expect(hasColours(await send({ FORCE_COLOR: '0' }, true))).toBe(false);
});
