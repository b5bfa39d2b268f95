import { defineConfig } from 'vitest/config';

// Tests run the sources: the condition `source` of every package's exports. `import` is not named: the
// workers would apply it to `require` too.
const conditions = ['source', 'node'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['source', 'node'] } },
  test: {
    include: ['{packages,apps,examples,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: './test/global-setup.ts',
    pool: 'threads',
    isolate: false,
    // Much of the suite waits for real processes: more of it at once than there are cores.
    maxWorkers: 4,
    // For what hangs: no test is told by it how long it may take.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 10_000 } },
  },
});
