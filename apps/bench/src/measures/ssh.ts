import { createSshComputers } from '@dispatch/computer-ssh';
import { createNodeRuntime } from '@dispatch/runtime-node';
import { rawSsh } from '../floors/raw-ssh.ts';
import { startSshd } from '../servers/sshd.ts';
import { median } from '../statistics.ts';
import { loggerTo } from './our-turn.ts';

export interface SshCost {
  readonly ourMs: number;
  readonly rawMs: number;
  /** Of a file operation, on the same connection. */
  readonly statMs: number;
}

const command = 'true';
const warmUp = 10;
const rounds = 60;

/** Milliseconds of commands on a kept connection, ours in turn with plain ones. */
export async function measureSsh(): Promise<SshCost> {
  const runtime = createNodeRuntime();
  const sshd = await startSshd();
  const raw = rawSsh(sshd);
  const { find, dispose } = createSshComputers({
    configFile: sshd.configFile,
    environment: { PATH: '/usr/bin:/bin' },
    connectTimeoutMs: 10_000,
    idleMs: 600_000,
    maxCommands: 6,
    runtime,
    logger: loggerTo(() => {}),
  });
  const computer = await find('box');
  if (computer === undefined) throw new Error('there is no box');
  const ours = async () => {
    const running = await computer.spawn({ command, cwd: '/', onOutput: () => {} });
    const exit = await running.exited;
    await running.closed;
    if (!('code' in exit) || exit.code !== 0) throw new Error('the command did not run');
  };
  const ways = { raw: () => raw.run(command), ours, stat: () => computer.stat('/') };
  const samples: Record<keyof typeof ways, number[]> = { raw: [], ours: [], stat: [] };
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const way of ['raw', 'ours', 'stat'] as const) {
      const from = runtime.now();
      await ways[way]();
      if (round >= 0) samples[way].push(runtime.now() - from);
    }
  }
  await dispose();
  raw.close();
  sshd.stop();
  return {
    ourMs: median(samples.ours),
    rawMs: median(samples.raw),
    statMs: median(samples.stat),
  };
}
