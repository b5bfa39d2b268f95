import type { RunningCommand } from '@dispatch/contracts';
import { expect, it } from 'vitest';
import { realTime } from '../real-time.ts';
import {
  type ComputerFixture,
  type GetComputer,
  make,
  newFolder,
  nodeCodeOf,
  until,
} from './fixture.ts';

/** Whether processes are alive that wrote their ids to `pids`; a zombie is not. */
const findLiving = `
while read -r pid; do
  if [ -r /proc/self/stat ]; then
    if sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | grep -qv '^[ZX]'; then echo "$pid"; fi
  elif kill -0 "$pid" 2>/dev/null; then echo "$pid"; fi
done < "$1/pids"`;

async function livingOf(fixture: ComputerFixture, folder: string): Promise<string> {
  return make(fixture, ['sh', '-c', findLiving, 'sh', folder]);
}

/** Starts a command, and waits until `count` processes have written their ids to `pids`. */
async function startMany(
  fixture: ComputerFixture,
  command: string,
  count: number,
): Promise<{
  readonly running: RunningCommand;
  readonly folder: string;
  readonly told: () => number;
}> {
  const folder = await newFolder(fixture);
  let told = 0;
  const running = await fixture.computer.spawn({
    command,
    cwd: folder,
    onOutput: (_, bytes) => {
      told += bytes.length;
    },
  });
  await until(fixture, async () => {
    const read = fixture.computer.readFile(`${folder}/pids`).catch(() => new Uint8Array());
    return (
      Buffer.from(await read)
        .toString()
        .split('\n').length > count
    );
  });
  return { running, folder, told: () => told };
}

/** Ends it; rejects where it takes longer than a second, or something is left. */
async function endAll(fixture: ComputerFixture, running: RunningCommand, folder: string) {
  const from = fixture.runtime.now();
  await running.end();
  expect(fixture.runtime.now() - from).toBeLessThan(1000);
  expect(await livingOf(fixture, folder)).toBe('');
}

const note = 'echo $$ >> pids';
const stubborn = `sh -c "trap '' TERM; echo \\$\\$ >> pids; while :; do sleep 0.1; done"`;

/** How a command is ended, with all that it started. */
export function endingSuite(fixture: GetComputer): void {
  it(
    'ends the whole group, those who do not want to included, within a second',
    realTime,
    async () => {
      const { running, folder } = await startMany(
        fixture(),
        `${note}; ${stubborn} & ${stubborn} & sh -c '${note}; sleep 60' & wait`,
        4,
      );
      await endAll(fixture(), running, folder);
      await running.exited;
      await running.closed;
      expect(await running.hasLeft()).toBe(false);
    },
  );

  it('asks before it makes anybody', realTime, async () => {
    const command = `trap 'echo bye > bye; exit 0' TERM; ${note}; while :; do sleep 0.05; done`;
    const { running, folder } = await startMany(fixture(), command, 1);
    await endAll(fixture(), running, folder);
    expect(Buffer.from(await fixture().computer.readFile(`${folder}/bye`)).toString()).toBe(
      'bye\n',
    );
  });

  it(
    'ends what the command left behind, after its exit, as often as it is told to',
    realTime,
    async () => {
      const { running, folder } = await startMany(fixture(), `${stubborn} & ${note}`, 2);
      expect(await running.exited).toEqual({ code: 0 });
      await endAll(fixture(), running, folder);
      await running.closed;
      await Promise.all([running.end(), running.end()]);
      await running.end();
    },
  );

  it('ends on Linux what left the group but carries the mark', realTime, async ({ skip }) => {
    if (!fixture().isLinux) skip('processes are found by their mark on Linux alone');
    const command = `(setsid ${stubborn} > /dev/null 2>&1 &); (setsid sh -c '${note}; sleep 60' &); ${note}; sleep 60`;
    const { running, folder } = await startMany(fixture(), command, 3);
    await endAll(fixture(), running, folder);
    const later = await startMany(fixture(), `(setsid ${stubborn} > /dev/null 2>&1 &); ${note}`, 2);
    await later.running.exited;
    await endAll(fixture(), later.running, later.folder);
  });

  it('ends nobody else', realTime, async () => {
    const first = await startMany(fixture(), `${note}; sleep 60`, 1);
    const second = await startMany(fixture(), `${note}; sleep 60`, 1);
    await endAll(fixture(), first.running, first.folder);
    expect(await livingOf(fixture(), second.folder)).not.toBe('');
    await endAll(fixture(), second.running, second.folder);
  });

  it('tells nothing more once it is ended', async () => {
    const { running, folder, told } = await startMany(fixture(), `${note}; yes`, 1);
    await until(fixture(), () => told() > 0);
    const ending = running.end();
    const before = told();
    await ending;
    await running.closed;
    expect(told()).toBe(before);
    expect(await livingOf(fixture(), folder)).toBe('');
  });

  it('is over at once where it is ended at once', async () => {
    const folder = await newFolder(fixture());
    const running = await fixture().computer.spawn({
      command: 'sleep 60; echo > done',
      cwd: folder,
      onOutput: () => {},
    });
    await running.end();
    expect(await running.exited).not.toEqual({ code: 0 });
    await running.closed;
    expect(await nodeCodeOf(fixture().computer.stat(`${folder}/done`))).toBe('ENOENT');
  });
}
