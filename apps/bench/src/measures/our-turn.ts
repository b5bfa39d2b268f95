import {
  createLogger,
  defineTool,
  type Logger,
  type LogRecord,
  type Provider,
  runTurn,
  textResult,
} from '@dispatch/kernel';
import { createNodeRuntime } from '@dispatch/runtime-node';

const runtime = createNodeRuntime();

const tool = defineTool<{ readonly n: number }>({
  name: 'count',
  description: 'Counts.',
  inputSchema: { type: 'object', properties: { n: { type: 'number' } } },
  effect: 'pure',
  parse(input) {
    if (
      typeof input === 'object' &&
      input !== null &&
      'n' in input &&
      typeof input.n === 'number'
    ) {
      return { n: input.n };
    }
    throw new Error('n has to be a number');
  },
  run: async ({ n }) => textResult(`{"ok":${n}}`),
});

export function loggerTo(write: (record: LogRecord) => void): Logger {
  return createLogger({
    extension: '@dispatch/bench',
    write,
    now: () => runtime.wallNow(),
    newTraceId: () => runtime.randomHex(16),
    newSpanId: () => runtime.randomHex(8),
  });
}

function provider(deltas: number, steps: number, perBatch: number): Provider {
  const delta = { type: 'text-delta', delta: 'abcd' } as const;
  const batch = Array.from({ length: perBatch }, () => delta);
  return {
    id: 'bench',
    listModels: async () => [],
    async *stream(_request, { stepIndex }) {
      if (stepIndex < steps) {
        for (const text of ['ok. ', 'call', 'ing ']) yield [{ type: 'text-delta', delta: text }];
        yield [
          {
            type: 'tool-call',
            callId: `call_${stepIndex}`,
            name: 'count',
            inputText: `{"n":${stepIndex}}`,
          },
          { type: 'finish', reason: 'tool-calls' },
        ];
        return;
      }
      for (let said = 0; said < deltas; said += perBatch) yield batch;
      yield [{ type: 'finish', reason: 'stop' }];
    },
  };
}

/** Runs and consumes one turn; resolves with the characters that were heard. */
export async function runOurs(options: {
  readonly deltas: number;
  readonly steps: number;
  readonly perBatch?: number;
  readonly logger: Logger;
  /** Called when all steps are done and all of the turn is still held. */
  readonly onDone?: () => void;
}): Promise<number> {
  let heard = 0;
  const outcome = await runTurn({
    conversationId: 'bench',
    turnId: runtime.newId(),
    history: [],
    message: [{ type: 'text', text: 'go' }],
    provider: provider(options.deltas, options.steps, options.perBatch ?? 1),
    model: 'bench',
    tools: options.steps > 0 ? [tool] : [],
    signal: runtime.newAbortController().signal,
    runtime,
    logger: options.logger,
    emit: (event) => {
      if (event.type === 'text-delta') heard += event.delta.length;
      else if (event.type === 'done') options.onDone?.();
    },
  });
  if (outcome.finishReason !== 'stop') throw new Error(`the turn ended in ${outcome.finishReason}`);
  return heard;
}
