import { apiVersion, defineExtension } from '@dispatch/contracts';
import { parseOptions } from './options.ts';
import { createOrchestrator } from './orchestrator.ts';

export type { OrchestratorOptions } from './options.ts';
export {
  createOrchestrator,
  type Orchestrator,
  type OrchestratorDependencies,
  type OrchestratorSizes,
} from './orchestrator.ts';

export default defineExtension({
  name: '@dispatch/session-orchestrator',
  version: '0.1.0',
  apiVersion,
  needs: [
    'store',
    'blobs',
    'bus?',
    'provider',
    'tool',
    'hooks',
    'approvals?',
    'workspaces?',
    'computer',
    'turnEvents',
  ],
  provides: ['conversations'],
  parseOptions,
  async setup({ needs, options, runtime, logger, redactor }) {
    const orchestrator = createOrchestrator({
      options,
      store: needs.store,
      blobs: needs.blobs,
      ...(needs.bus === undefined ? {} : { bus: needs.bus }),
      providers: needs.provider,
      tools: needs.tool,
      hooks: needs.hooks,
      ...(needs.approvals === undefined ? {} : { approvals: needs.approvals }),
      ...(needs.workspaces === undefined ? {} : { workspaces: needs.workspaces }),
      computers: needs.computer,
      turnEvents: needs.turnEvents,
      runtime,
      logger,
      redactor,
    });
    return {
      contributes: { conversations: orchestrator.conversations },
      start: () => orchestrator.start(),
      drain: () => orchestrator.drain(),
      dispose: () => orchestrator.stop(),
    };
  },
});
