import type {
  Contribution,
  Extension,
  ExtensionContext,
  RunningExtension,
  Runtime,
} from '@dispatch/contracts';
import { createLogger, type Logger, type Sink, type Tool } from '@dispatch/kernel';
import { type Contributions, createContributions } from '../compose/contributions.ts';
import type { ResolvedConfig } from '../config.ts';
import { hostName } from '../host-name.ts';
import { createRecordPipeline, type RecordPipeline } from '../records/record-pipeline.ts';
import { createRedactor } from '../redactor/create-redactor.ts';
import { createStateBoard, type StateBoard } from './state-board.ts';

/** The parts of one host while it starts, runs and stops. */
export interface Assembly {
  readonly config: ResolvedConfig;
  readonly runtime: Runtime;
  readonly extensions: readonly Extension[];
  readonly board: StateBoard;
  readonly contributions: Contributions;
  readonly pipeline: RecordPipeline;
  readonly logger: Logger;
  /** Set up, by name. */
  readonly running: Map<string, RunningExtension>;
  /** Fires when the host stops or its start has failed. */
  readonly controller: AbortController;
  contextOf(extension: Extension): ExtensionContext;
  /** Of one extension, as contributed. */
  sinksOf(name: string): readonly Sink[];
}

export function assemble(
  extensions: readonly Extension[],
  config: ResolvedConfig,
  runtime: Runtime,
): Assembly {
  const running = new Map<string, RunningExtension>();
  const board = createStateBoard(
    extensions,
    (name) => (running.has(name) ? contributions.contractsOf(name) : undefined),
    // What is contributed for `tool` is a tool, as `defineExtension` has it.
    () => contributions.list('tool') as readonly Contribution<Tool>[],
  );
  const contributions = createContributions(extensions, { inventory: board });
  const redactor = createRedactor(config.secrets);
  const pipeline = createRecordPipeline({
    ...(config.secrets.length === 0 ? {} : { redactor }),
    recordsBeforeSinks: config.recordsBeforeSinks,
    toldOfDropped: (count) => ({
      type: 'log',
      level: 'warn',
      message: `${count} records were dropped before the sinks were up`,
      at: runtime.wallNow(),
      extension: hostName,
      attributes: { dropped: count },
    }),
  });
  const loggerOf = (extension: string) =>
    createLogger({
      extension,
      level: config.logLevel,
      write: pipeline.write,
      now: () => runtime.wallNow(),
      newTraceId: () => runtime.randomHex(16),
      newSpanId: () => runtime.randomHex(8),
    });
  const controller = runtime.newAbortController();
  return {
    config,
    runtime,
    extensions,
    board,
    contributions,
    pipeline,
    logger: loggerOf(hostName),
    running,
    controller,
    contextOf: ({ name }) => ({
      runtime,
      logger: loggerOf(name),
      redactor,
      signal: controller.signal,
    }),
    sinksOf: (name) => {
      const sinks = running.get(name)?.contributes.sink;
      return Array.isArray(sinks) ? sinks : [];
    },
  };
}
