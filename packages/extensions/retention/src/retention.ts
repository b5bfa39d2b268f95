import { apiVersion, defineExtension, type Extension } from '@dispatch/contracts';
import { forgetRecords } from './forget-records.ts';
import { parseOptions } from './options.ts';
import { rulesOf } from './rules.ts';
import { sweep } from './sweep.ts';

/** Once an hour, at no time when everybody does something. */
const cron = '17 * * * *';

/** Removes what was kept long enough, as an extension. */
export function createRetention(): Extension {
  return defineExtension({
    name: '@dispatch/retention',
    version: '0.1.0',
    apiVersion,
    needs: ['jobs', 'conversations', 'store', 'blobs', 'sink'],
    provides: [],
    parseOptions,
    async setup({ runtime, logger, signal, needs, options }) {
      const rules = rulesOf(options, needs);
      if (rules.length > 0) {
        needs.jobs.define({
          name: 'retention',
          cron,
          run: ({ signal }) => sweep(rules, runtime, logger, signal),
        });
      }
      const { store } = needs;
      const everyMs = options.forgetSeconds * 1000;
      const sinks = needs.sink
        .map(({ value }) => value)
        .filter(({ forget }) => forget !== undefined);
      let forgetting: Promise<void> | undefined;
      return {
        contributes: {},
        async start() {
          if (everyMs === 0 || sinks.length === 0) return;
          forgetting = forgetRecords({ sinks, store, everyMs, runtime, logger, signal });
        },
        async dispose() {
          await forgetting;
        },
      };
    },
  });
}
