import type { RunningCommand } from '@dispatch/contracts';
import { describe, expect, it } from 'vitest';
import { redactHunter2 } from './__fixtures__/redact-hunter2.ts';
import { type FakeHost, newCommand, newSystem } from './__fixtures__/system.ts';

const all = 64 * 1024 * 1024;

/** A call that waits for a command, and has noted what that printed until it was sent to the background. */
async function waitFor(host: FakeHost, callId = 'call-1') {
  const noted: string[] = [];
  let take: ((stream: 'stdout' | 'stderr', bytes: Uint8Array) => void) | undefined;
  let sentAs: string | undefined;
  const command = { ...newCommand, callId };
  const running: RunningCommand = await host.computer.spawn({
    ...command,
    onOutput: (stream, bytes) =>
      take === undefined ? noted.push(`${bytes}`) : take(stream, bytes),
  });
  const takeBack = host.commands.offer({
    ...command,
    running,
    handOver(commandId, onOutput) {
      sentAs = commandId;
      onOutput('stdout', Buffer.from(noted.join('')));
      take = onOutput;
    },
  });
  return { running, takeBack, sentAs: () => sentAs, noted };
}

const wanted = { conversationId: 'c1', callId: 'call-1' };

describe('a command that a call waits for', () => {
  it('goes on in the background where it runs, with what it has printed before', async () => {
    const { runtime, join } = await newSystem({
      play: async ({ print, ended }) => {
        print('one\n');
        await runtime.sleep(500);
        print('two\n', 'stderr');
        await Promise.race([ended, runtime.sleep(5000)]);
        print('three\n');
        return { code: 4 };
      },
    });
    const host = await join();
    const { commands } = host;
    const { sentAs } = await waitFor(host);
    await runtime.advance(1000);
    const sent = await commands.sendToBackground(wanted);
    expect(sent).toMatchObject({
      commandId: sentAs(),
      callId: 'call-1',
      command: 'serve',
      state: 'running',
      startedAt: runtime.wallNow() - 1000,
    });
    await runtime.advance(6000);
    expect(await commands.list('c1')).toMatchObject([{ state: 'exited', exitCode: 4 }]);
    const { bytes } = await commands.readOutput(sent.commandId, 0, all);
    expect(String(bytes)).toBe('one\ntwo\nthree\n');
    expect(host.ends()).toBe(0);
  });

  it('tells no secret of the host, though it was sent there in the middle of one', async () => {
    const { runtime, join } = await newSystem({
      redactor: redactHunter2,
      play: async ({ print, ended }) => {
        print('key: hunt');
        await runtime.sleep(500);
        print('er2, bye');
        await ended;
        return { code: 0 };
      },
    });
    const host = await join();
    await waitFor(host);
    const { commandId } = await host.commands.sendToBackground(wanted);
    await runtime.advance(1000);
    await host.commands.requestStop(commandId);
    await runtime.advance(1000);
    const { bytes } = await host.commands.readOutput(commandId, 0, all);
    expect(String(bytes)).toBe('key: [redacted], bye');
  });

  it('is sent there once, whoever asks how often, and can then be stopped', async () => {
    const { runtime, join } = await newSystem();
    const [host, other] = [await join(), await join()];
    const { running } = await waitFor(host);
    const asked = [host, host, other].map(({ commands }) => commands.sendToBackground(wanted));
    const [first, ...rest] = await runtime.runUntil(Promise.all(asked));
    for (const one of [...rest, await other.commands.sendToBackground(wanted)]) {
      expect(one.commandId).toBe(first?.commandId);
    }
    expect(await host.commands.list('c1')).toHaveLength(1);
    await host.commands.requestStop(first?.commandId ?? '');
    await runtime.advance(1000);
    expect(await running.exited).toEqual({ signal: 'SIGTERM' });
    expect(await host.commands.list('c1')).toMatchObject([{ state: 'stopped' }]);
  });

  it.each([
    ['through the bus', false, 500],
    ['though the bus lost the message', true, 3000],
  ])('is sent there by another host, %s', async (_, isBusDeaf, withinMs) => {
    const { runtime, join, records } = await newSystem({ isBusDeaf });
    const [here, there] = [await join(), await join()];
    const { sentAs } = await waitFor(here);
    const from = runtime.now();
    const sent = await runtime.runUntil(there.commands.sendToBackground({ conversationId: 'c1' }));
    expect(runtime.now() - from).toBeLessThanOrEqual(withinMs);
    expect(sent).toMatchObject({ commandId: sentAs(), state: 'running' });
    const asks = { namespace: '@dispatch/commands', prefix: 'ask/', limit: 10 };
    expect(await records.list(asks)).toEqual([]);
  });

  it('is found by its call alone, or as the one that has waited longest', async () => {
    const { join } = await newSystem();
    const host = await join();
    const calls = [await waitFor(host, 'a'), await waitFor(host, 'b'), await waitFor(host, 'c')];
    await host.commands.sendToBackground({ conversationId: 'c1', callId: 'b' });
    expect(calls.map(({ sentAs }) => sentAs() !== undefined)).toEqual([false, true, false]);
    await host.commands.sendToBackground({ conversationId: 'c1' });
    expect(calls.map(({ sentAs }) => sentAs() !== undefined)).toEqual([true, true, false]);
  });

  it('stays with its call where as many as may are in the background', async () => {
    const { runtime, join } = await newSystem({ maxRunning: 1 });
    const [here, there] = [await join(), await join()];
    await here.commands.start({ ...newCommand, callId: 'earlier' });
    const { sentAs, takeBack } = await waitFor(here);
    for (const { commands } of [here, there]) {
      const refused = commands.sendToBackground(wanted).catch((error: unknown) => error);
      expect(await runtime.runUntil(refused)).toMatchObject({
        code: 'too-many-commands',
        hint: 'Stop one of them first.',
      });
    }
    expect(sentAs()).toBeUndefined();
    expect([here.ends(), here.readings]).toEqual([0, []]);
    takeBack();
    expect(await here.commands.list('c1')).toHaveLength(1);
  });

  it('is not found once its call is over, even as it is sent, and leaves nothing behind', async () => {
    const { runtime, join, records } = await newSystem();
    const [here, there] = [await join(), await join()];
    const { takeBack, sentAs } = await waitFor(here);
    const late = here.commands.sendToBackground(wanted);
    takeBack();
    await expect(late).rejects.toMatchObject({ code: 'command-not-found' });
    for (const callId of ['call-1', 'nobody', 'a/\0']) {
      const asked = there.commands.sendToBackground({ conversationId: 'c1', callId });
      const refused = runtime.runUntil(asked.catch((error: unknown) => error));
      expect(await refused).toMatchObject({ code: 'command-not-found' });
    }
    await expect(there.commands.sendToBackground({ conversationId: 'no' })).rejects.toMatchObject({
      code: 'conversation-not-found',
    });
    expect(sentAs()).toBeUndefined();
    const left = await records.list({ namespace: '@dispatch/commands', limit: 10 });
    expect(left.map(({ key }) => key.split('/')[0])).toEqual(['host']);
  });

  it('forgets what a host asked for that died meanwhile', async () => {
    const { runtime, join, records } = await newSystem({ isBusDeaf: true });
    const [here, there] = [await join(), await join()];
    void there.commands.sendToBackground({ conversationId: 'c1', callId: 'nobody' });
    await runtime.advance(50);
    there.die();
    await waitFor(here);
    await runtime.advance(70_000);
    const asks = { namespace: '@dispatch/commands', prefix: 'ask/', limit: 10 };
    expect(await records.list(asks)).toEqual([]);
  });

  it('keeps of a long output what was printed first and last, as if it had begun there', async () => {
    const { runtime, join, records } = await newSystem();
    const host = await join();
    const { noted } = await waitFor(host);
    const lines = Array.from({ length: 300_000 }, (_, n) => `line ${n}\n`);
    for (const line of lines) noted.push(line);
    const text = `serving\n${lines.join('')}`;
    const { commandId } = await host.commands.sendToBackground(wanted);
    await runtime.advance(2000);
    expect(host.readings.slice(-2)).toEqual([false, true]);
    const stands = await host.commands.read(commandId);
    expect(stands?.size).toBe(text.length);
    const [head, tail] = [
      await host.commands.readOutput(commandId, 0, all),
      await host.commands.readOutput(commandId, 600_000, all),
    ];
    expect(String(head.bytes)).toBe(text.slice(0, 512 * 1024));
    expect(tail.offset).toBeGreaterThan(text.length - 513 * 1024);
    expect(String(tail.bytes)).toBe(text.slice(tail.offset));
    const pieces = { namespace: '@dispatch/commands', prefix: 'piece/', limit: 1000 };
    expect(await records.list(pieces)).toHaveLength(32);
  });
});
