import { StringDecoder } from 'node:string_decoder';
import type { CommandExit, ForegroundCommand, NewCommand } from '@dispatch/contracts';
import { describe, expect, it } from 'vitest';
import { makeShell } from './__fixtures__/fake-shell.ts';

type Shell = ReturnType<typeof makeShell>;

function offeredBy({ offered }: Shell): ForegroundCommand {
  const [command] = offered;
  if (command === undefined) throw new Error('No command is offered.');
  return command;
}

/** Takes over what a shell offers, as whoever keeps commands in the background does. */
function takeOver(shell: Shell) {
  const command = offeredBy(shell);
  shell.offered.delete(command);
  const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  let text = '';
  command.handOver('command-7', (stream, bytes) => {
    text += decoders[stream].write(Buffer.from(bytes));
  });
  return { running: command.running, text: () => text };
}

/** Prints what it is told to, and ends when it is told to. */
function playedByHand() {
  const { promise: over, resolve: exit } = Promise.withResolvers<CommandExit>();
  const hand = {
    exit,
    print: (_text: string | Uint8Array, _stream?: 'stdout' | 'stderr') => {},
  };
  const shell = makeShell(async ({ print, ended }) => {
    hand.print = print;
    return (await Promise.race([over, ended])) ?? { code: 0 };
  });
  return { shell, hand };
}

describe('a command in the foreground', () => {
  it('goes on when it is handed over, and its call tells at once what was printed', async () => {
    const { shell, hand } = playedByHand();
    const { context, done } = shell.start(
      { command: 'build' },
      { callId: 'k', conversationId: 'c' },
    );
    await shell.runtime.advance(10);
    hand.print('one\n');
    hand.print('two\n', 'stderr');
    expect(offeredBy(shell)).toMatchObject({
      conversationId: 'c',
      callId: 'k',
      command: 'build',
      cwd: '/project',
    });
    const { running, text } = takeOver(shell);
    hand.print('three\n');
    expect(await done).toEqual({
      isError: false,
      texts: [
        'one\ntwo\n',
        expect.stringMatching(/^somebody had .* background as command-7: command_output/),
      ],
    });
    hand.print('four\n');
    expect(text()).toBe('one\ntwo\nthree\nfour\n');
    expect(context.printed.map(({ delta }) => delta).join('')).toBe('one\ntwo\n');
    await shell.runtime.advance(700_000);
    hand.exit({ code: 5 });
    expect(await running.exited).toEqual({ code: 5 });
  });

  it('is not ended by an abort that comes with the handing over', async () => {
    const { shell, hand } = playedByHand();
    const abortion = new AbortController();
    const { done } = shell.start({ command: 'build' }, { signal: abortion.signal });
    await shell.runtime.advance(10);
    const command = offeredBy(shell);
    abortion.abort();
    command.handOver('command-7', () => {});
    expect((await done).texts.at(-1)).toContain('command-7');
    hand.exit({ code: 0 });
    expect(await command.running.exited).toEqual({ code: 0 });
  });

  it('hands over no half of a character twice, nor loses one', async () => {
    const { shell, hand } = playedByHand();
    const { done } = shell.start({ command: 'build' });
    await shell.runtime.advance(10);
    const bytes = Buffer.from('aé🙂');
    hand.print(bytes.subarray(0, 5));
    hand.print(Buffer.from('é').subarray(0, 1), 'stderr');
    const { text } = takeOver(shell);
    expect((await done).texts[0]).toBe('aé\n');
    hand.print(bytes.subarray(5));
    hand.print(Buffer.from('é').subarray(1), 'stderr');
    expect(text()).toBe('aé🙂é');
  });

  it.each([
    ['that exits', async ({ hand }: ReturnType<typeof playedByHand>) => hand.exit({ code: 0 })],
    ['at its timeout', ({ shell }: ReturnType<typeof playedByHand>) => shell.runtime.advance(60)],
  ])('is offered no more once its call is over, as of one %s', async (_, end) => {
    const played = playedByHand();
    const { done } = played.shell.start({ command: 'build', timeoutMs: 50 });
    await played.shell.runtime.advance(10);
    expect(played.shell.offered.size).toBe(1);
    await end(played);
    await played.shell.runtime.runUntil(done);
    expect(played.shell.offered.size).toBe(0);
  });

  it('is not offered where its call was aborted before it began', async () => {
    const { shell, hand } = playedByHand();
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const { spawn } = shell.computer;
    Object.assign(shell.computer, {
      spawn: async (command: NewCommand) => {
        await gate;
        return spawn(command);
      },
    });
    const abortion = new AbortController();
    const { done } = shell.start({ command: 'build' }, { signal: abortion.signal });
    await shell.runtime.advance(10);
    abortion.abort();
    await done;
    open();
    await shell.runtime.advance(10);
    expect(shell.computer.spawned).toHaveLength(1);
    expect(shell.offered.size).toBe(0);
    hand.exit({ code: 0 });
  });
});
