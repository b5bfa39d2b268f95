// Who may import whom, and who may touch what is not deterministic. Pure: decisions about texts.
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { blank, listImports } from './source-text.mjs';

/** Packages of the workspace that a layer's sources may import. Absent: any. */
const layers = {
  kernel: [],
  contracts: ['@dispatch/kernel'],
  wire: [],
  client: ['@dispatch/wire'],
  host: ['@dispatch/kernel', '@dispatch/contracts'],
  'runtime-node': ['@dispatch/kernel', '@dispatch/contracts'],
  conformance: ['@dispatch/kernel', '@dispatch/contracts'],
  invariants: ['@dispatch/kernel', '@dispatch/contracts', '@dispatch/wire'],
  bus: ['@dispatch/kernel', '@dispatch/contracts'],
  'file-search': ['@dispatch/kernel', '@dispatch/contracts'],
  extension: ['@dispatch/kernel', '@dispatch/contracts'],
};

/** What extensions may import besides, by the first word of their name: those that speak with clients, buses, and tools that search. */
const sharedByKind = {
  transport: '@dispatch/wire',
  workspaces: '@dispatch/wire',
  consent: '@dispatch/wire',
  commands: '@dispatch/wire',
  attachments: '@dispatch/wire',
  bus: '@dispatch/bus',
  tool: '@dispatch/file-search',
};

/** Packages that tests may import besides, and test runners of the repository's root. */
const inTests = ['@dispatch/conformance', '@dispatch/kernel/testing'];
const testRunners = ['vitest', 'fast-check'];

/** Layers that may touch the clock, timers, randomness and the environment. */
const edges = new Set(['app', 'example', 'runtime-node']);

/** Files beyond the edges that may touch one of them, and why. */
export const exceptions = [
  {
    file: 'packages/client/src/surroundings.ts',
    uses: ['Math.random', 'performance.now', 'a timer'],
    why: 'a client stands outside of any host: what it takes unless it is given other surroundings',
  },
  {
    file: 'packages/conformance/src/provider-conformance.ts',
    uses: ['performance.now'],
    why: 'it measures how prompt a real provider is',
  },
  {
    file: 'packages/conformance/src/tool-conformance.ts',
    uses: ['performance.now'],
    why: 'it measures how prompt a real tool is',
  },
  {
    file: 'packages/kernel/src/testing/fake-clock.ts',
    uses: ['a timer'],
    why: 'before virtual time moves on, all that is ready has to run',
  },
  {
    file: 'packages/simulation/src/world/let-loop-turn.ts',
    uses: ['a timer'],
    why: 'what nobody handles is told at the end of a round of the event loop',
  },
  {
    file: 'packages/simulation/src/main.ts',
    uses: ['process.env', 'performance.now', 'a timer', 'console'],
    why: 'the command stands outside of the histories that it runs',
  },
  {
    file: 'packages/simulation/src/mutations/main.ts',
    uses: ['console'],
    why: 'the command stands outside of the histories that it runs',
  },
  {
    file: 'packages/extensions/postgres-embedded/src/initialize.ts',
    uses: ['crypto'],
    why: 'a password is a key: it must not be predictable, in a simulation either',
  },
];

/** What differs from run to run. Extensions get it by `runtime`. */
const nondeterministic = [
  ['Date.now', /\bDate\s*\.\s*now\b/g],
  ['new Date()', /\bnew\s+Date\s*(\(\s*\)|(?!\s*\())/g],
  ['Math.random', /\bMath\s*\.\s*random\b/g],
  ['performance.now', /\bperformance\s*\.\s*\w+/g],
  ['a timer', /(?<![.\w$])(setTimeout|setInterval|setImmediate)\b/g],
  ['a timer', /\bAbortSignal\s*\.\s*timeout\b/g],
  ['crypto', /(?<![.\w$])(crypto\s*\.|randomUUID\b|randomBytes\b|getRandomValues\b)/g],
  ['process.env', /\bprocess\s*\.\s*(env|argv|hrtime|uptime)\b/g],
  ['console', /(?<![.\w$])console\s*\./g],
];

/** Of which the kernel may use none at all. */
const surroundings = [
  ...nondeterministic,
  ['Date', /(?<![.\w$'])Date\b(?!\s*[:?])/g],
  [
    'a global of its surroundings',
    /(?<![.\w$'])(process|globalThis|fetch|performance|queueMicrotask|structuredClone|Buffer|require|navigator|WebAssembly|Intl|eval|Function)\b(?=\s*[.([])/g,
  ],
];

/**
 * Sources that are not published: tests, what they stand on, and settings of tools. The kernel's
 * `testing` is published, under a name of its own.
 */
export const isTest = (file) =>
  /\.test\.ts$|\/__fixtures__\/|\.config\.ts$/.test(file) ||
  (file.includes('/src/testing/') && !file.startsWith('packages/kernel/'));

/**
 * What is wrong with one file.
 *
 * @param {{ file: string, source: string, package: { name: string, folder: string, layer: string, manifest: any }, names: ReadonlySet<string> }} unit
 * @returns {string[]} `file:line: sentence`
 */
export function findTrespasses({ file, source, package: owner, names }) {
  const problems = [];
  const say = (line, words) => problems.push(`${file}:${line}: ${words}`);
  for (const { specifier, line } of listImports(source)) {
    const words = judgeImport(specifier, { file, owner, names });
    if (words !== undefined) say(line, words);
  }
  if (isTest(file) || edges.has(owner.layer)) return problems;
  const allowed = exceptions.find((exception) => exception.file === file)?.uses ?? [];
  const code = blank(source, { keepStrings: false });
  for (const [what, pattern] of owner.layer === 'kernel' ? surroundings : nondeterministic) {
    if (allowed.includes(what) || file.endsWith('.d.ts')) continue;
    for (const match of code.matchAll(pattern)) {
      const line = code.slice(0, match.index).split('\n').length;
      say(line, `${what}: take it from the runtime that comes in as an argument`);
    }
  }
  return problems;
}

function judgeImport(specifier, { file, owner, names }) {
  if (specifier === undefined) {
    return edges.has(owner.layer) || owner.layer === 'host' || isTest(file)
      ? undefined
      : 'a computed import can not be checked';
  }
  const test = isTest(file);
  if (specifier.startsWith('.')) {
    const target = posix.normalize(posix.join(posix.dirname(file), specifier));
    if (test && target.startsWith('test/')) return undefined;
    if (!target.startsWith(`${owner.folder}/`)) return `${specifier} lies in another package`;
    if (!test && isTest(target)) return `${specifier} is a test's`;
    return undefined;
  }
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) {
    if (!specifier.startsWith('node:')) return `${specifier} is written node:${specifier}`;
    if (owner.layer === 'kernel' && !test) return `the kernel imports only its own files`;
    if (['wire', 'client'].includes(owner.layer) && !test) return `${specifier} is not in browsers`;
    if (/^node:timers/.test(specifier) && !test && !edges.has(owner.layer)) {
      return `${specifier}: take waiting from the runtime`;
    }
    return undefined;
  }
  const name = packageOf(specifier);
  if (owner.layer === 'kernel' && !test) return 'the kernel imports only its own files';
  if (names.has(name)) {
    const words = judgeWorkspaceImport(specifier, name, { test, owner });
    if (words !== undefined) return words;
    if (name === owner.name) return undefined;
  }
  return judgeDeclared(name, { test, owner });
}

function judgeWorkspaceImport(specifier, name, { test, owner }) {
  const allowed = layers[owner.layer];
  if (allowed === undefined || name === owner.name) return undefined;
  if (test && inTests.includes(specifier)) return undefined;
  if (owner.layer === 'conformance' && specifier === '@dispatch/kernel/testing') return undefined;
  if (specifier === '@dispatch/kernel/testing') return `${specifier} is for tests`;
  if (allowed.includes(specifier)) return undefined;
  if (specifier === sharedOf(owner)) return undefined;
  return `a package of layer ${owner.layer} may not import ${specifier}`;
}

function sharedOf({ layer, name }) {
  if (layer !== 'extension') return undefined;
  return sharedByKind[/^@dispatch\/([a-z]+)/.exec(name)?.[1]];
}

function judgeDeclared(name, { test, owner }) {
  const { dependencies, peerDependencies, optionalDependencies, devDependencies } = owner.manifest;
  const runtime = { ...dependencies, ...peerDependencies, ...optionalDependencies };
  if (name in runtime) return undefined;
  if (test && (name in { ...devDependencies } || testRunners.includes(name))) return undefined;
  return `${name} is not among the dependencies of ${owner.name}`;
}

function packageOf(specifier) {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
}

/** What is wrong with a package's manifest: an arrow against the layers, wherever it is declared. */
export function findWrongDependencies(owner, names) {
  const allowed = layers[owner.layer];
  if (allowed === undefined) return [];
  const { dependencies, peerDependencies, optionalDependencies } = owner.manifest;
  return Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies })
    .filter((name) => names.has(name) || owner.layer === 'kernel')
    .filter((name) => !allowed.includes(name) && name !== sharedOf(owner))
    .map((name) => `${owner.folder}/package.json: ${owner.layer} may not depend on ${name}`);
}
