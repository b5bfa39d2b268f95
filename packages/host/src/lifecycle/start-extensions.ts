import {
  type Extension,
  isCodedError,
  type RunningExtension,
  type Transport,
} from '@dispatch/contracts';
import type { SpanContext } from '@dispatch/kernel';
import type { PlannedExtension } from '../compose/order-extensions.ts';
import { hostCodes, hostError, messageOf } from '../errors.ts';
import type { Assembly } from './assembly.ts';
import { withDeadline } from './deadline.ts';
import { runInOrder } from './run-in-order.ts';

/**
 * Sets up all, starts all, then lets all transports listen; resolves with their addresses. The
 * first failure ends it; what was set up until then is in `assembly.running`.
 */
export async function startExtensions(
  assembly: Assembly,
  order: readonly PlannedExtension[],
): Promise<readonly string[]> {
  const { logger, pipeline, running } = assembly;
  const span = logger.openSpan('host.start', { attributes: { extensions: order.length } });
  try {
    let sinksToCome = order.filter(({ extension }) => extension.provides.includes('sink')).length;
    if (sinksToCome === 0) pipeline.endOfSinks();
    await runInOrder(order, async (extension) => {
      await setUp(assembly, extension, span.context);
      for (const sink of assembly.sinksOf(extension.name)) pipeline.addSink(sink);
      if (extension.provides.includes('sink') && --sinksToCome === 0) pipeline.endOfSinks();
    });
    await runInOrder(order, async (extension) => {
      const { start } = running.get(extension.name) ?? {};
      if (start) await step(assembly, extension.name, 'start', start, span.context);
      assembly.board.set(extension.name, 'running');
    });
    const urls = await listen(assembly, span.context);
    if (assembly.controller.signal.aborted) throw stoppedError();
    span.close({ attributes: { urls: urls.join(' ') } });
    return urls;
  } catch (error) {
    span.close({ status: 'error', attributes: { error: messageOf(error) } });
    throw error;
  }
}

async function setUp(assembly: Assembly, extension: Extension, parent: SpanContext): Promise<void> {
  const { contributions, config, running } = assembly;
  const needed = contributions.neededBy(extension);
  const options = config.options[extension.name];
  const context = assembly.contextOf(extension);
  const ready = await step<RunningExtension>(
    assembly,
    extension.name,
    'set up',
    () => extension.setup(context, needed, options),
    parent,
    // Too late for this host: it closes what it opened.
    (late) => late.dispose?.(),
  );
  running.set(extension.name, ready);
  contributions.add(extension, ready.contributes);
}

async function listen(assembly: Assembly, parent: SpanContext): Promise<readonly string[]> {
  const listening = transportsOf(assembly).map(({ extension, transport }) =>
    step(assembly, extension, 'listen', () => transport.listen(), parent),
  );
  // All are waited for, so that none begins to listen after the others were closed.
  await Promise.allSettled(listening);
  return (await Promise.all(listening)).map(({ url }) => url);
}

/** In the order of the host's list. */
export function transportsOf(
  assembly: Assembly,
): readonly { readonly extension: string; readonly transport: Transport }[] {
  return assembly.extensions.flatMap(({ name }) => {
    const transports = assembly.running.get(name)?.contributes.transport;
    return Array.isArray(transports)
      ? transports.map((transport: Transport) => ({ extension: name, transport }))
      : [];
  });
}

/** One extension's part of a phase: with its deadline, its span and an error that names it. */
async function step<T>(
  assembly: Assembly,
  name: string,
  phase: 'set up' | 'start' | 'listen',
  work: () => Promise<T>,
  parent: SpanContext,
  cleanUp?: (late: T) => Promise<void> | undefined,
): Promise<T> {
  const { runtime, config, controller, logger, board } = assembly;
  if (controller.signal.aborted) throw stoppedError();
  const span = logger.openSpan(`extension.${phase.replace(' ', '-')}`, {
    parent,
    attributes: { 'extension.name': name },
  });
  let isLate = false;
  try {
    const result = await withDeadline(
      runtime,
      config.startTimeoutMs,
      async () => {
        const result = await work();
        if (isLate) await cleanUp?.(result);
        return result;
      },
      () => timeoutError(name, phase, config.startTimeoutMs),
    );
    span.close();
    return result;
  } catch (error) {
    isLate = true;
    board.set(name, 'failed');
    const failure = failureOf(name, phase, error);
    span.close({ status: 'error', attributes: { error: messageOf(error) } });
    // The others hear of it at once.
    controller.abort();
    throw failure;
  }
}

function failureOf(name: string, phase: string, error: unknown): Error {
  if (isCodedError(error) && Object.hasOwn(hostCodes, error.code)) return error;
  const hint = isCodedError(error) ? error.hint : undefined;
  return hostError('extension-failed', {
    message: `${name} failed to ${phase}: ${messageOf(error)}`,
    hint: hint ?? `The cause of this error is what ${name} threw; its stack tells where.`,
    cause: error,
    details: { extension: name, phase, code: isCodedError(error) ? error.code : null },
  });
}

function timeoutError(name: string, phase: string, ms: number): Error {
  return hostError('extension-timeout', {
    message: `${name} took longer than ${ms} ms to ${phase}.`,
    hint: `Look at what ${name} waits for, or raise \`startTimeoutMs\` in the host's config.`,
    details: { extension: name, phase, timeoutMs: ms },
  });
}

function stoppedError(): Error {
  return hostError('host-stopped', { message: 'The host was told to stop while it started.' });
}
