import { createLocalComputer } from '@dispatch/computer-local';
import { createNodeRuntime } from '@dispatch/runtime-node';
import { createShellTool } from '@dispatch/tool-shell';
import { rawShell } from '../floors/raw-shell.ts';
import { median } from '../statistics.ts';
import { loggerTo } from './our-turn.ts';

const shell = '/bin/sh';
const command = 'true';
const rounds = 200;

/** Milliseconds from the call to its result, of commands in turn with bare ones. */
export async function measureShell() {
  const runtime = createNodeRuntime();
  const logger = loggerTo(() => {});
  const environment = { PATH: '/usr/bin:/bin' };
  const { computer, dispose } = createLocalComputer({ environment, shell, runtime, logger });
  const source = { list: async () => [], find: async () => computer };
  const tool = createShellTool({
    computers: [{ extension: 'bench', value: source }],
    runtime,
    logger,
  });
  const ours = async (callId: string) => {
    const call = tool.prepare({ command });
    if (!call.ok) throw new Error(call.message);
    const { isError = false } = await call.run({
      callId,
      conversationId: 'bench',
      turnId: 'bench',
      stepId: 'bench#0',
      signal: runtime.newAbortController().signal,
      span: { traceId: runtime.randomHex(16), spanId: runtime.randomHex(8) },
      cwd: '/',
      output: () => {},
      step: { do: (_, fn) => Promise.resolve(fn()) },
    });
    if (isError) throw new Error('the command did not run');
  };

  const samples: Record<'ours' | 'raw', number[]> = { ours: [], raw: [] };
  for (let round = -20; round < rounds; round += 1) {
    for (const who of ['raw', 'ours'] as const) {
      const from = runtime.now();
      await (who === 'raw' ? rawShell(shell, command) : ours(`call-${round}`));
      // The first ones warm up.
      if (round >= 0) samples[who].push(runtime.now() - from);
    }
  }
  await dispose();
  return { ourMs: median(samples.ours), rawMs: median(samples.raw) };
}
