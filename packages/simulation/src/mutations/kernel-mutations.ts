import type { Mutation } from './mutation.ts';

const folder = 'packages/kernel/src/run-turn';

export const kernelMutations: readonly Mutation[] = [
  {
    name: 'completed-call-runs-again',
    about: 'Who takes a turn over runs calls again whose results are recorded.',
    file: `${folder}/step-calls.ts`,
    find: '    if (known?.result !== undefined) {',
    replace: '    if (known?.result?.interrupted === true) {',
  },
  {
    name: 'unsafe-call-runs-again',
    about: 'An unsafe call that had started runs again after a takeover.',
    file: `${folder}/resume-call.ts`,
    find: "  if (tool.effect === 'pure' || tool.effect === 'idempotent') return undefined;",
    replace: "  if (tool.effect !== 'reconcilable') return undefined;",
  },
  {
    name: 'response-not-handed-over',
    about: 'A call starts before the response that asked for it is recorded.',
    file: `${folder}/step-calls.ts`,
    find: '      await this.#handOver();\n      await host.onCallStart?.(chunk);',
    replace: '      await host.onCallStart?.(chunk);',
  },
  {
    name: 'failed-commit-told',
    about: 'A step whose commit failed is told as complete, and the turn goes on.',
    file: `${folder}/run-step.ts`,
    find: 'return storeFailed(turn, step, failure);',
    replace: 'void failure;',
  },
];
