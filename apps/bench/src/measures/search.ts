import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalComputer } from '@dispatch/computer-local';
import { memoryStore } from '@dispatch/conformance/fakes';
import { createFiles } from '@dispatch/conversation-files';
import type { JsonValue, Tool } from '@dispatch/kernel';
import { fakeToolContext } from '@dispatch/kernel/testing';
import { createNodeRuntime } from '@dispatch/runtime-node';
import { createGlobTool } from '@dispatch/tool-glob';
import { createGrepTool } from '@dispatch/tool-grep';
import { loggerTo } from './our-turn.ts';

/** One search, by a tool of ours and by programs themselves. */
export interface SearchCase {
  readonly tool: 'glob' | 'grep';
  readonly input: { readonly [key: string]: JsonValue };
  /** The programs, by name; run in the folder. */
  readonly floors: Readonly<Record<string, readonly [program: string, ...args: string[]]>>;
}

export interface SearchOptions {
  readonly folder: string;
  readonly repetitions: number;
  readonly search: SearchCase;
}

/** Milliseconds from call to answer, by who searched: the floors, `ours` and, without ripgrep, `walk`. */
export type SearchTimes = Readonly<Record<string, readonly number[]>>;

/** What our own walk needs. */
const posixPrograms = ['sh', 'find', 'xargs', 'grep', 'head', 'tr', 'cut', 'printf', 'env'];

export async function measureSearch({
  folder,
  repetitions,
  search,
}: SearchOptions): Promise<SearchTimes> {
  const runtime = createNodeRuntime();
  const bin = mkdtempSync(join(tmpdir(), 'bench-bin-'));
  for (const program of posixPrograms) symlinkSync(join('/usr/bin', program), join(bin, program));
  const ours = makeTools(process.env.PATH ?? '');
  const walk = makeTools(bin);
  const ways: Record<string, () => Promise<void>> = {};
  for (const [name, command] of Object.entries(search.floors))
    ways[name] = () => runProgram(command, folder);
  ways.ours = () => call(ours.tools[search.tool], search.input);
  ways.walk = () => call(walk.tools[search.tool], search.input);

  const times: Record<string, number[]> = {};
  // The first round warms up and is not counted.
  for (let round = 0; round <= repetitions; round += 1) {
    for (const [name, way] of Object.entries(ways)) {
      const from = performance.now();
      await way();
      const took = performance.now() - from;
      if (round > 0) times[name] = [...(times[name] ?? []), took];
    }
  }
  await Promise.all([ours.dispose(), walk.dispose()]);
  rmSync(bin, { recursive: true });
  return times;

  function makeTools(path: string) {
    const { computer, dispose } = createLocalComputer({
      environment: { PATH: path },
      shell: '/bin/sh',
      runtime,
      logger: loggerTo(() => {}),
    });
    const files = createFiles({
      computers: [
        { extension: 'bench', value: { list: async () => [], find: async () => computer } },
      ],
      records: memoryStore().records,
      keptTextBytes: 0,
    });
    const tools = {
      glob: createGlobTool({ files, runtime }),
      grep: createGrepTool({ files, runtime }),
    };
    return { tools, dispose };
  }

  async function call(tool: Tool, input: JsonValue): Promise<void> {
    const prepared = tool.prepare(input);
    if (!prepared.ok) throw new Error(prepared.message);
    const { signal } = runtime.newAbortController();
    const { isError, content } = await prepared.run(fakeToolContext({ signal, cwd: folder }));
    if (isError) throw new Error(JSON.stringify(content));
  }
}

/** Runs it and reads all that it prints. */
async function runProgram(
  [program, ...args]: readonly [string, ...string[]],
  cwd: string,
): Promise<void> {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
  child.stdout.resume();
  await once(child, 'close');
}
