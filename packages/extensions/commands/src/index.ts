import { apiVersion, defineExtension } from '@dispatch/contracts';
import { createAsks } from './asks.ts';
import { createBackgroundCommands } from './background-commands.ts';
import { createCommandStore } from './command-store.ts';
import { parseOptions } from './options.ts';
import { createCommandRoutes } from './routes.ts';
import { createCommandTools } from './tools.ts';

/** Provides `commands`, the model's tools for them and the clients' routes. */
export default defineExtension({
  name: '@dispatch/commands',
  version: '0.1.0',
  apiVersion,
  needs: ['computer', 'records', 'bus?'],
  provides: ['commands', 'tool', 'route'],
  parseOptions,
  async setup({ needs, runtime, logger, redactor, options }) {
    const commands = createBackgroundCommands({
      store: createCommandStore(needs.records),
      asks: createAsks(needs.records, needs.bus, runtime),
      computers: needs.computer,
      bus: needs.bus,
      runtime,
      logger,
      redactor,
      ...options,
    });
    return {
      contributes: {
        commands,
        tool: createCommandTools(commands, runtime),
        route: createCommandRoutes(commands),
      },
      start: commands.begin,
      dispose: commands.dispose,
    };
  },
});
