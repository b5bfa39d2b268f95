import type { PlannedExtension } from '../compose/order-extensions.ts';
import { hostError, messageOf } from '../errors.ts';
import type { Assembly } from './assembly.ts';
import { withDeadline } from './deadline.ts';
import { transportsOf } from './start-extensions.ts';

/**
 * Drains all at once, closes the transports, then disposes in reverse order of setup. Whatever
 * fails or is late is told and passed over; resolves with what did.
 */
export async function stopExtensions(
  assembly: Assembly,
  order: readonly PlannedExtension[],
): Promise<readonly string[]> {
  const { board, controller, pipeline, running } = assembly;
  const failures: string[] = [];
  const attempt = async (name: string, phase: string, work: (() => Promise<void>) | undefined) => {
    if (!work) return;
    const failure = await tryWithin(assembly, name, phase, work);
    if (failure !== undefined) failures.push(failure);
  };

  board.setAll('stopping');
  controller.abort();
  await Promise.all([...running].map(([name, { drain }]) => attempt(name, 'drain', drain)));
  await Promise.all(
    transportsOf(assembly).map(({ extension, transport }) =>
      attempt(extension, 'close', () => transport.close()),
    ),
  );
  for (const { extension } of order.toReversed()) {
    const { name } = extension;
    const sinks = assembly.sinksOf(name);
    if (sinks.length > 0) {
      await attempt(name, 'flush', () => pipeline.flush(sinks));
      for (const sink of sinks) pipeline.removeSink(sink);
    }
    await attempt(name, 'dispose', running.get(name)?.dispose);
    running.delete(name);
  }
  board.setAll('stopped');
  return failures;
}

async function tryWithin(
  { runtime, config, logger }: Assembly,
  name: string,
  phase: string,
  work: () => Promise<void>,
): Promise<string | undefined> {
  try {
    await withDeadline(runtime, config.stopTimeoutMs, work, () =>
      hostError('extension-timeout', {
        message: `took longer than ${config.stopTimeoutMs} ms`,
        hint: `Look at what ${name} waits for, or raise \`stopTimeoutMs\` in the host's config.`,
      }),
    );
    return undefined;
  } catch (error) {
    const failure = `${name} failed to ${phase}: ${messageOf(error)}`;
    logger.error(failure, { 'extension.name': name, phase });
    return failure;
  }
}
