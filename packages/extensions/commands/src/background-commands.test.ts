import { describe, expect, it } from 'vitest';
import { redactHunter2 } from './__fixtures__/redact-hunter2.ts';
import { newCommand, newSystem } from './__fixtures__/system.ts';
import { createCommandStore } from './command-store.ts';

const all = 64 * 1024 * 1024;

describe('a command in the background', () => {
  it('is listed and read from any host while it runs, and after its end', async () => {
    const { runtime, join } = await newSystem({
      play: async ({ print, ended }) => {
        print('one\n');
        await Promise.race([ended, runtime.sleep(5000)]);
        print('two\n', 'stderr');
        return { code: 3 };
      },
    });
    const [here, there] = [await join(), await join()];
    const told: string[] = [];
    const onOutput = (stream: string, bytes: Uint8Array) => void told.push(`${stream} ${bytes}`);
    const { commandId, exited } = await here.commands.start({ ...newCommand, onOutput });
    await runtime.advance(1000);
    for (const { commands } of [here, there]) {
      expect(await commands.list('c1')).toMatchObject([
        { commandId, callId: 'call-1', command: 'serve', state: 'running' },
      ]);
      expect(await commands.list('c2')).toEqual([]);
      expect((await commands.list()).length).toBe(1);
      expect(String((await commands.readOutput(commandId, 0, all)).bytes)).toBe('one\n');
    }
    await runtime.advance(6000);
    expect(await exited).toEqual({ code: 3 });
    for (const { commands } of [here, there]) {
      expect(await commands.read(commandId)).toMatchObject({ state: 'exited', exitCode: 3 });
      const { bytes, offset } = await commands.readOutput(commandId, 2, all);
      expect([offset, String(bytes)]).toEqual([2, 'e\ntwo\n']);
      expect(String((await commands.readOutput(commandId, 'newest', 4)).bytes)).toBe('two\n');
    }
    expect(told).toHaveLength(2);
  });

  it('tells how it ended where it did not exit', async () => {
    const ends = [{ signal: 'SIGSEGV' }, { failure: 'the line is cut' }];
    const { runtime, join } = await newSystem({ play: () => ends.shift() ?? { code: 0 } });
    const { commands } = await join();
    for (let count = 0; count < 2; count += 1) await commands.start(newCommand);
    await runtime.advance(1000);
    expect(await commands.list('c1')).toMatchObject([
      { state: 'exited', signal: 'SIGSEGV' },
      { state: 'failed', failure: 'the line is cut' },
    ]);
  });

  it('leaves nothing behind where it does not start', async () => {
    const { join, records } = await newSystem();
    const { commands } = await join();
    const refused = [
      commands.start({ ...newCommand, cwd: '/nowhere' }),
      commands.start({ ...newCommand, computerId: 'gone' }),
      commands.start({ ...newCommand, conversationId: 'nobody' }),
    ].map((started) => started.catch((error: { code: string }) => error.code));
    expect(await Promise.all(refused)).toEqual([
      'ENOENT',
      'computer-not-found',
      'conversation-not-found',
    ]);
    const left = await records.list({ namespace: '@dispatch/commands', limit: 10 });
    expect(left.map(({ key }) => key.split('/')[0])).toEqual(['host']);
  });

  it('is stopped by its host at once, and by another through the bus', async () => {
    const { runtime, join } = await newSystem();
    const [here, there] = [await join(), await join()];
    for (const { commands } of [here, there]) {
      const { commandId, exited } = await here.commands.start(newCommand);
      await runtime.advance(300);
      await commands.requestStop(commandId);
      await runtime.advance(300);
      expect(await exited).toEqual({ signal: 'SIGTERM' });
      expect(await there.commands.read(commandId)).toMatchObject({ state: 'stopped' });
      await commands.requestStop(commandId);
      expect(String((await there.commands.readOutput(commandId, 0, all)).bytes)).toBe('serving\n');
    }
    expect(here.ends()).toBe(2);
  });

  it('is stopped though the bus lost the message', async () => {
    const { runtime, join } = await newSystem({
      isBusDeaf: true,
      play: async ({ ended }) => {
        await ended;
        return { code: 0 };
      },
    });
    const [here, there] = [await join(), await join()];
    const { commandId } = await here.commands.start(newCommand);
    await there.commands.requestStop(commandId);
    await runtime.advance(1000);
    expect(await there.commands.read(commandId)).toMatchObject({ state: 'running' });
    await runtime.advance(2000);
    expect(await there.commands.read(commandId)).toMatchObject({ state: 'stopped' });
  });

  it('ends with its conversation', async () => {
    const { runtime, join, store } = await newSystem();
    const { commands, ends } = await join();
    const { commandId, exited } = await commands.start(newCommand);
    await store.deleteConversation('c1');
    await runtime.advance(3000);
    expect(await exited).toEqual({ signal: 'SIGTERM' });
    expect(ends()).toBe(1);
    expect(await commands.read(commandId)).toBeUndefined();
    await expect(commands.readOutput(commandId, 0, 1)).rejects.toMatchObject({
      code: 'command-not-found',
    });
    await expect(commands.requestStop(commandId)).rejects.toMatchObject({
      code: 'command-not-found',
    });
  });

  it('ends with its host, which starts none any more', async () => {
    const { runtime, join, records } = await newSystem();
    const [here, there] = [await join(), await join()];
    const { commandId } = await here.commands.start(newCommand);
    await runtime.runUntil(here.commands.dispose());
    expect(await there.commands.read(commandId)).toMatchObject({ state: 'stopped' });
    await expect(here.commands.start(newCommand)).rejects.toMatchObject({ code: 'stopping' });
    const signs = await records.list({
      namespace: '@dispatch/commands',
      prefix: 'host/',
      limit: 9,
    });
    expect(signs).toEqual([]);
  });

  it('is lost with a host that died, whoever looks', async () => {
    const { runtime, join, records } = await newSystem();
    const [here, there] = [await join(), await join()];
    const { commandId } = await here.commands.start(newCommand);
    await runtime.advance(60_000);
    expect(await there.commands.read(commandId)).toMatchObject({ state: 'running' });
    here.die();
    await runtime.advance(7_000);
    expect(await there.commands.list('c1')).toMatchObject([{ state: 'running' }]);
    await runtime.advance(4_000);
    expect(await there.commands.list('c1')).toMatchObject([{ state: 'lost' }]);
    const signs = await records.list({
      namespace: '@dispatch/commands',
      prefix: 'host/',
      limit: 9,
    });
    expect(signs).toEqual([]);
    await there.commands.requestStop(commandId);
    expect(await there.commands.read(commandId)).toMatchObject({ state: 'lost' });
  });

  it('is lost at once when its host is there again after its death, for other hosts too', async () => {
    const { runtime, join } = await newSystem();
    const [other, first, there] = [await join('other'), await join('one'), await join()];
    const kept = await other.commands.start({ ...newCommand, conversationId: 'c2' });
    await first.commands.start(newCommand);
    first.die();
    await runtime.advance(100);
    expect(await there.commands.list('c1')).toMatchObject([{ state: 'running' }]);
    const second = await join('one');
    for (const { commands } of [there, second]) {
      expect(await commands.list('c1')).toMatchObject([{ state: 'lost' }]);
    }
    await second.commands.start(newCommand);
    await join('other-two');
    expect(await there.commands.list('c1')).toMatchObject([
      { state: 'lost' },
      { state: 'running' },
    ]);
    expect(await there.commands.read(kept.commandId)).toMatchObject({ state: 'running' });
  });

  it('goes on where its host was taken for dead, and says so', async () => {
    const { runtime, join, records } = await newSystem({
      play: async ({ print, ended }) => {
        await runtime.sleep(5000);
        print('late\n');
        await ended;
        return { code: 0 };
      },
    });
    const here = await join();
    const commandIds: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      commandIds.push((await here.commands.start(newCommand)).commandId);
    }
    const store = createCommandStore(records);
    const lose = () =>
      Promise.all(commandIds.map((id) => store.update(id, (now) => ({ ...now, state: 'lost' }))));
    const states = async () => (await here.commands.list('c1')).map(({ state }) => state);
    await lose();
    await runtime.advance(2500);
    expect(await states()).toEqual(['running', 'running', 'running']);
    await runtime.advance(2000);
    await lose();
    // What is printed, and an end, say so as well.
    await runtime.advance(600);
    expect(await states()).toEqual(['running', 'running', 'running']);
    await lose();
    await here.commands.requestStop(commandIds[0] ?? '');
    await runtime.advance(300);
    expect(await states()).toEqual(['stopped', 'lost', 'lost']);
    const other = await join();
    await other.commands.requestStop(commandIds[1] ?? '');
    await runtime.advance(2500);
    expect(await states()).toEqual(['stopped', 'stopped', 'running']);
    expect(here.ends()).toBe(2);
  });

  it('loses nothing of what it printed while the store did not answer', async () => {
    const { runtime, join, faults } = await newSystem({
      play: async ({ print }) => {
        for (let count = 0; count < 40; count += 1) {
          print(`${count} `);
          await runtime.sleep(100);
        }
        return { code: 0 };
      },
    });
    const { commands } = await join();
    const { commandId } = await commands.start(newCommand);
    await runtime.advance(500);
    faults.setAvailable(false);
    await runtime.advance(5000);
    faults.setAvailable(true);
    await runtime.advance(20_000);
    expect(await commands.read(commandId)).toMatchObject({ state: 'exited', exitCode: 0 });
    const { bytes } = await commands.readOutput(commandId, 0, all);
    expect(String(bytes).trim().split(' ')).toEqual(Array.from({ length: 40 }, (_, n) => `${n}`));
  });
});

describe('a command that takes its time to start', () => {
  it("is nobody's loss meanwhile", async () => {
    const { runtime, join } = await newSystem({ startsAfterMs: 60_000 });
    const [here, there] = [await join(), await join()];
    const starting = here.commands.start(newCommand);
    for (let count = 0; count < 5; count += 1) {
      await runtime.advance(10_000);
      expect(await here.commands.list('c1')).toMatchObject([{ state: 'running' }]);
      expect(await there.commands.list('c1')).toMatchObject([{ state: 'running' }]);
    }
    await runtime.advance(10_000);
    await runtime.runUntil((await starting).stop());
    expect(await there.commands.list('c1')).toMatchObject([{ state: 'stopped' }]);
  });
});

describe('limits', () => {
  it('lets so many run in a conversation, and says what to do', async () => {
    const { runtime, join } = await newSystem({ maxRunning: 2 });
    const [here, there] = [await join(), await join()];
    const first = await here.commands.start(newCommand);
    await there.commands.start(newCommand);
    await expect(here.commands.start(newCommand)).rejects.toMatchObject({
      code: 'too-many-commands',
    });
    await here.commands.start({ ...newCommand, conversationId: 'c2' });
    await runtime.runUntil(first.stop());
    await here.commands.start(newCommand);
  });

  it('keeps the newest 50 of those that ended', async () => {
    const { runtime, join } = await newSystem({ play: () => ({ code: 0 }) });
    const { commands } = await join();
    for (let count = 0; count < 60; count += 1) {
      const { exited } = await commands.start({ ...newCommand, callId: `call-${count}` });
      await exited;
      await runtime.advance(500);
    }
    const kept = await commands.list('c1');
    expect(kept).toHaveLength(51);
    expect(kept.at(-1)?.callId).toBe('call-59');
  });

  it('keeps the start and the newest of an output that does not end, and lets it wait', async () => {
    const total = 5_000_000;
    const bytes = Buffer.from(Array.from({ length: total }, (_, n) => 97 + (n % 23)));
    const { runtime, join, records } = await newSystem({
      play: async ({ print, ended }) => {
        for (let at = 0; at < total; at += 50_000) {
          print(bytes.subarray(at, at + 50_000));
          await runtime.sleep(10);
        }
        await ended;
        return { code: 0 };
      },
    });
    const { commands, readings } = await join();
    const { commandId } = await commands.start(newCommand);
    await runtime.advance(60_000);
    expect(readings[0]).toBe(false);
    expect(readings.at(-1)).toBe(true);
    const half = 512 * 1024;
    expect(await commands.read(commandId)).toMatchObject({ size: total });
    const head = await commands.readOutput(commandId, 0, all);
    expect(head.bytes.equals(bytes.subarray(0, half))).toBe(true);
    const tail = await commands.readOutput(commandId, half, all);
    expect(tail.offset).toBeGreaterThanOrEqual(total - half);
    expect(tail.bytes.equals(bytes.subarray(tail.offset))).toBe(true);
    expect(tail.bytes.length).toBeGreaterThan(half - 65_536);
    const pieces = await records.list({
      namespace: '@dispatch/commands',
      prefix: 'piece/',
      limit: 100,
    });
    expect(pieces).toHaveLength(32);
  });

  it('loses nothing of what is on its way at the exit, though it had to wait', async () => {
    const { runtime, join } = await newSystem({
      play: async ({ print }) => {
        await runtime.sleep(10);
        for (let n = 0; n < 96; n += 1) print(`${n}`.repeat(16 * 1024));
        return { code: 0 };
      },
    });
    const { commands, readings } = await join();
    const { commandId } = await commands.start(newCommand);
    await runtime.advance(5000);
    expect(readings).toContain(false);
    expect(readings.at(-1)).toBe(true);
    const stands = await commands.read(commandId);
    const printed = Array.from({ length: 96 }, (_, n) => `${n}`.repeat(16 * 1024)).join('');
    expect(stands).toMatchObject({ state: 'exited', size: printed.length });
    const { bytes } = await commands.readOutput(commandId, 'newest', 1000);
    expect(String(bytes)).toBe(printed.slice(-1000));
  });

  it('hides the secrets of the host, in the command and in pieces of its output', async () => {
    const { runtime, join } = await newSystem({
      redactor: redactHunter2,
      play: ({ print }) => {
        print('key: hunt');
        print('er2, gr');
        print(Buffer.from([0xc3]));
        print(Buffer.from([0xbc]));
        return { code: 0 };
      },
    });
    const { commands } = await join();
    const { commandId } = await commands.start({ ...newCommand, command: 'echo hunter2' });
    await runtime.advance(1000);
    expect((await commands.read(commandId))?.command).toBe('echo [redacted]');
    const { bytes } = await commands.readOutput(commandId, 0, all);
    expect(String(bytes)).toBe('key: [redacted], grü');
  });
});
