// Sources that a rule must find fault with, and some that look like it and are good.
const kernel = 'packages/kernel/src/sample.ts';
const contracts = 'packages/contracts/src/sample.ts';
const extension = 'packages/extensions/tool-shell/src/sample.ts';
const transport = 'packages/extensions/transport-http/src/sample.ts';
const workspaces = 'packages/extensions/workspaces/src/sample.ts';
const bus = 'packages/extensions/bus-postgres/src/sample.ts';
const test = 'packages/extensions/tool-shell/src/sample.test.ts';

const bad = [
  [kernel, "import { readFile } from 'node:fs/promises';"],
  [kernel, "import type { Stats } from 'node:fs';"],
  [kernel, "import { z } from 'zod';"],
  [kernel, "import { CodedError } from '@dispatch/contracts';"],
  [kernel, "export { run } from '../../contracts/src/index.ts';"],
  [kernel, "const later = await import('./other.ts' + name);"],
  [kernel, 'const at = Date.now();'],
  [kernel, 'const at = new Date(0);'],
  [kernel, 'const roll = Math.random();'],
  [kernel, 'setTimeout(() => {}, 1);'],
  [kernel, 'const id = crypto.randomUUID();'],
  [kernel, 'const home = process.env.HOME;'],
  [kernel, 'const body = await fetch(url);'],
  [kernel, ['const name = `$', '{Date.now()}`;'].join('')],
  [contracts, "import { createHost } from '@dispatch/host';"],
  [contracts, "import { z } from 'zod';"],
  [extension, "import { openJournal } from '@dispatch/sink-journal';"],
  [extension, "import { openJournal } from '../../sink-journal/src/index.ts';"],
  [extension, "import type { Host } from '@dispatch/host';"],
  [extension, "import { codes } from '@dispatch/wire';"],
  [extension, "import { createBus } from '@dispatch/bus';"],
  [bus, "import { codes } from '@dispatch/wire';"],
  [extension, "import { virtualRuntime } from '@dispatch/conformance';"],
  [extension, "import { fakeToolContext } from '@dispatch/kernel/testing';"],
  [extension, "import { x } from '@dispatch/kernel/src/tool.ts';"],
  [extension, "import fastify from 'fastify';"],
  [extension, "import { readFile } from 'fs';"],
  [extension, "import { setTimeout } from 'node:timers/promises';"],
  [extension, "import './sample.test.ts';"],
  [extension, "import { freshDatabase } from '../../../../test/fresh-database.ts';"],
  [extension, 'const at = new Date();'],
  [extension, 'const at = new Date;'],
  [extension, 'const at = performance.now();'],
  [extension, 'setInterval(tick, 10);'],
  [extension, 'setImmediate(tick);'],
  [extension, 'const signal = AbortSignal.timeout(5);'],
  [extension, "import { randomUUID } from 'node:crypto';"],
  [extension, 'const { HOME } = process.env;'],
  [extension, "console.log('hello');"],
  [test, "import journal from '@dispatch/sink-journal';"],
  ['packages/wire/src/sample.ts', "import type { Chunk } from '@dispatch/kernel';"],
  ['packages/client/src/sample.ts', "import { Agent } from 'node:http';"],
  ['packages/conformance/src/sample.ts', "import { codes } from '@dispatch/wire';"],
];

const good = [
  [
    kernel,
    "import type { Tool } from './tool.ts';\n// Date.now() is not used\nconst word = 'Date.now()';",
  ],
  [kernel, 'const half = total / 2; // process.env\nconst other = a / b;'],
  [contracts, "import type { Tool } from '@dispatch/kernel';"],
  [extension, "import { defineTool } from '@dispatch/kernel';\nimport { z } from 'zod';"],
  [extension, 'const text = new Date(at).toISOString(); process.kill(pid); runtime.sleep(5);'],
  [extension, "import { stat } from 'node:fs/promises';"],
  [transport, "import { codes } from '@dispatch/wire';\nimport fastify from 'fastify';"],
  [workspaces, "import { workspaceBody } from '@dispatch/wire';"],
  [bus, "import { createBus } from '@dispatch/bus';\nimport postgres from 'postgres';"],
  [
    test,
    "import { expect } from 'vitest';\nimport { virtualRuntime } from '@dispatch/conformance';",
  ],
  [test, "import { setTimeout } from 'node:timers/promises';\nconst at = Date.now();"],
  [test, "import { freshDatabase } from '../../../../test/fresh-database.ts';"],
  ['packages/runtime-node/src/sample.ts', 'const at = Date.now();'],
  [
    'apps/host-bin/src/sample.ts',
    "import journal from '@dispatch/sink-journal';\nprocess.env.HOME;",
  ],
];

export const samples = [
  ...bad.map(([file, source]) => ({ file, source, fires: true })),
  ...good.map(([file, source]) => ({ file, source, fires: false })),
];

/** Manifests that declare what their layer may not have. */
export const badManifests = [
  ['kernel', { dependencies: { zod: '4' } }],
  ['contracts', { peerDependencies: { '@dispatch/host': '*' } }],
  ['extension', { dependencies: { '@dispatch/sink-journal': '*' } }],
  ['extension', { optionalDependencies: { '@dispatch/wire': '*' } }],
];
