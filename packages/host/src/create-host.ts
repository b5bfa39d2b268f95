import type { Extension, Inventory, Runtime } from '@dispatch/contracts';
import { checkExtensions } from './compose/check-extensions.ts';
import { orderExtensions, type PlannedExtension } from './compose/order-extensions.ts';
import { type HostConfig, resolveConfig } from './config.ts';
import { hostError, messageOf } from './errors.ts';
import { assemble } from './lifecycle/assembly.ts';
import { startExtensions } from './lifecycle/start-extensions.ts';
import { stopExtensions } from './lifecycle/stop-extensions.ts';

export interface HostOptions {
  /** In the order that lists, such as the providers, keep. */
  readonly extensions: readonly Extension[];
  readonly config?: HostConfig;
  /** Everything that is not deterministic, for the host and all its extensions. */
  readonly runtime: Runtime;
}

/** A composition of extensions that is started once and stopped once. */
export interface Host {
  /**
   * Checks the composition, then sets up, starts and lets listen. Rejects with a coded error that
   * names the extension at fault; everything that was set up is disposed again by then.
   */
  start(): Promise<StartedHost>;
  /**
   * Stops what runs, or a start that is under way. May be called often; all calls settle together.
   * Everything is tried: rejects at the end with `host-stop-failed` where something failed.
   */
  stop(): Promise<void>;
  readonly inventory: Inventory;
}

export interface StartedHost {
  /** Where each transport listens, in the order of the extensions. */
  readonly urls: readonly string[];
}

/** Makes a host. Nothing runs before `start`; hosts share nothing, so a process may have many. */
export function createHost(options: HostOptions): Host {
  const extensions = [...options.extensions];
  const assembly = assemble(extensions, resolveConfig(options.config ?? {}), options.runtime);
  const { logger, controller } = assembly;
  let order: readonly PlannedExtension[] = [];
  let starting: Promise<StartedHost> | undefined;
  let stopping: Promise<void> | undefined;

  const start = async (): Promise<StartedHost> => {
    checkExtensions(extensions, assembly.config.options);
    order = orderExtensions(extensions);
    try {
      return { urls: await startExtensions(assembly, order) };
    } catch (error) {
      logger.error('The host did not start', { error: messageOf(error) });
      await stopExtensions(assembly, order);
      throw error;
    }
  };

  const stop = async (): Promise<void> => {
    controller.abort();
    if (starting === undefined) return;
    const started = await starting.catch(() => undefined);
    if (started === undefined) return;
    const failures = await stopExtensions(assembly, order);
    if (failures.length === 0) return;
    throw hostError('host-stop-failed', {
      message: `The host stopped, but not all of it well: ${failures.join('; ')}.`,
      hint: 'Everything else was stopped; what is named may have left something open.',
    });
  };

  return {
    start() {
      if (starting !== undefined || stopping !== undefined) {
        return Promise.reject(
          hostError('host-used', {
            message: 'This host was started or stopped before.',
            hint: 'Make a new one with createHost.',
          }),
        );
      }
      starting = start();
      return starting;
    },
    stop() {
      stopping ??= stop();
      return stopping;
    },
    inventory: assembly.board,
  };
}
