import { apiVersion, defineExtension, type Extension } from '@dispatch/contracts';
import type { Approvals } from '../settings/settings.ts';
import { version } from '../version.ts';

/** Tells the operator at start what is easily taken for something else, whatever is logged. */
export function startNotices(approvals: Approvals, say: (notice: string) => void): Extension {
  return defineExtension({
    name: '@dispatch/host-bin/notices',
    version,
    apiVersion,
    needs: ['provider'],
    provides: [],
    parseOptions: () => undefined,
    async setup({ needs }) {
      const ids = needs.provider.map(({ value }) => value.id);
      const isScripted = needs.provider.every(({ value }) => value.isFallback === true);
      if (ids.length > 0 && isScripted) {
        say(
          `No provider has a key or a base URL: ${ids.join(', ')} answers, which is no model. Set OPENAI_API_KEY or OPENAI_BASE_URL for a real one.`,
        );
      }
      if (approvals === 'auto') {
        say('approvals=auto: tool calls that a person would be asked for run without asking.');
      }
      return { contributes: {} };
    },
  });
}
