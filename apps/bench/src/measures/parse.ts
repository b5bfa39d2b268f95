import { createOpenAICompatibleProvider, parseOptions } from '@dispatch/provider-openai-compatible';
import { createNodeRuntime } from '@dispatch/runtime-node';
import { rawParse } from '../floors/raw-parse.ts';
import type { Who } from './kernel.ts';
import { loggerTo } from './our-turn.ts';

const deltas = 10_000;
const model = `n-${deltas}-p-0`;

/** Reads ten thousand chunks from a socket; the processor time of it. */
export async function measureParse(options: { readonly who: Who; readonly url: string }) {
  const read = options.who === 'raw' ? readRaw : readOurs;
  for (let round = 0; round < 3; round += 1) await read(options.url);
  globalThis.gc?.();
  const cpu = process.cpuUsage();
  await read(options.url);
  const { user, system } = process.cpuUsage(cpu);
  return { cpuMs: (user + system) / 1000 };
}

async function readRaw(url: string): Promise<void> {
  let length = 0;
  for await (const chunk of rawParse(url, model)) {
    length += chunk.choices[0]?.delta?.content?.length ?? 0;
  }
  check(length);
}

async function readOurs(url: string): Promise<void> {
  const runtime = createNodeRuntime();
  const provider = createOpenAICompatibleProvider(parseOptions({ baseUrl: url }), {
    runtime,
    logger: loggerTo(() => {}),
    redactor: { redact: (text) => text, stream: () => ({ push: (text) => text, flush: () => '' }) },
  });
  const stream = provider.stream(
    {
      model,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'go' }] }],
      tools: [],
      sampling: {},
    },
    {
      signal: runtime.newAbortController().signal,
      span: { traceId: runtime.randomHex(16), spanId: runtime.randomHex(8) },
      conversationId: 'bench',
      turnId: 'bench',
      stepId: 'bench#0',
      stepIndex: 0,
      attempt: 1,
      turnMessage: [{ type: 'text', text: 'go' }],
    },
  );
  let length = 0;
  for await (const batch of stream) {
    for (const event of batch) if (event.type === 'text-delta') length += event.delta.length;
  }
  check(length);
}

function check(length: number): void {
  if (length !== deltas * '@abc'.length) throw new Error(`${length} characters came`);
}
