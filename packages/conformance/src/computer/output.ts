import { expect, it } from 'vitest';
import { realTime } from '../real-time.ts';
import { type GetComputer, newFolder, nodeCodeOf, run, until } from './fixture.ts';

/** What a command prints. */
export function outputSuite(fixture: GetComputer): void {
  it('tells what is printed as it is printed, the two streams apart', async () => {
    const { computer } = fixture();
    const cwd = await newFolder(fixture());
    const told = { stdout: '', stderr: '' };
    const running = await computer.spawn({
      command:
        'echo one; echo bad >&2; until [ -e go ]; do sleep 0.02; done; echo two; echo worse >&2',
      cwd,
      onOutput: (stream, bytes) => {
        told[stream] += Buffer.from(bytes).toString();
      },
    });
    await until(fixture(), () => told.stdout === 'one\n' && told.stderr === 'bad\n');
    await computer.writeFile(`${cwd}/go`, new Uint8Array());
    expect(await running.exited).toEqual({ code: 0 });
    await running.closed;
    expect(told).toEqual({ stdout: 'one\ntwo\n', stderr: 'bad\nworse\n' });
    expect(await running.hasLeft()).toBe(false);
  });

  it('tells all of it, any bytes, before it is closed', async () => {
    const { computer, folder: cwd } = fixture();
    const command = `printf '\\000\\377\\303'; head -c 5000000 /dev/zero; printf 'end'`;
    const { stdout, exit } = await run(computer, { command, cwd });
    expect(exit).toEqual({ code: 0 });
    expect(stdout.length).toBe(5_000_006);
    expect([...stdout.subarray(0, 3)]).toEqual([0, 255, 195]);
    expect(stdout.subarray(-3).toString()).toBe('end');
  });

  it('lets a command wait while nobody reads', async () => {
    const { computer, runtime } = fixture();
    const cwd = await newFolder(fixture());
    let told = 0;
    let last = runtime.now();
    const size = 24_000_000;
    const running = await computer.spawn({
      command: `head -c ${size} /dev/zero; echo > printed`,
      cwd,
      onOutput: (_, bytes) => {
        if (told === 0) running.setReading(false);
        told += bytes.length;
        last = runtime.now();
      },
    });
    await until(fixture(), () => told > 0 && runtime.now() - last > 200);
    expect(told).toBeLessThan(size);
    expect(await nodeCodeOf(computer.stat(`${cwd}/printed`))).toBe('ENOENT');
    running.setReading(true);
    await running.closed;
    expect(told).toBe(size);
    expect(await running.exited).toEqual({ code: 0 });
  });

  it(
    'exits while a process that it started keeps the pipes, and is closed later',
    realTime,
    async () => {
      const { computer, runtime } = fixture();
      const cwd = await newFolder(fixture());
      let told = '';
      let isClosed = false;
      const running = await computer.spawn({
        command: '(until [ -e go ]; do sleep 0.02; done; echo later) & echo started',
        cwd,
        onOutput: (_, bytes) => {
          told += Buffer.from(bytes).toString();
        },
      });
      void running.closed.then(() => {
        isClosed = true;
      });
      const from = runtime.now();
      expect(await running.exited).toEqual({ code: 0 });
      expect(runtime.now() - from).toBeLessThan(1000);
      expect(await running.hasLeft()).toBe(true);
      expect(isClosed).toBe(false);
      await computer.writeFile(`${cwd}/go`, new Uint8Array());
      await running.closed;
      expect(told).toBe('started\nlater\n');
      await until(fixture(), async () => !(await running.hasLeft()));
    },
  );
}
