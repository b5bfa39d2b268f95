// `npm test`: installs and bundles what changed, then runs every gate, two at a time, and the tests
// after them. Arguments go to vitest; `--only <gate>` runs one gate. Leaves with 1 if any fails.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, findNode, install } from './prepare.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Name, command, and the gates that must have passed before. */
const gates = [
  ['types', ['tsc', '-b']],
  ['format and lint', ['biome', 'ci', '--colors=off']],
  ['boundaries', ['node', 'tools/check-boundaries.mjs']],
  ['sources', ['node', 'tools/check-sources.mjs']],
  ['unused', ['knip', '--no-progress']],
  ['types of tests', ['tsc', '-p', 'tsconfig.test.json'], ['types']],
  ['exports', ['node', 'tools/check-exports.mjs'], ['types']],
  ['docs', ['node', 'tools/check-docs.mjs'], ['types']],
  ['generator', ['node', 'tools/check-generator.mjs'], ['types']],
];
const atOnce = 2;
const report = join(root, 'node_modules', '.cache', 'dispatch', 'tests.json');
const rest = process.argv.slice(2);
const only = rest[0] === '--only' ? rest.splice(0, 2)[1] : undefined;
const startedAt = Date.now();

install();
const environment = cleanEnvironment();
const results = new Map();
await runAll(gates.filter(([name]) => only === undefined || name === only));
if (only === undefined) {
  try {
    await bundle();
    await run('commands', ['node', 'tools/check-commands.mjs'], 'pipe');
    rmSync(report, { force: true });
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    await run('tests', ['vitest', 'run', ...reporters, ...rest], 'inherit');
  } catch (error) {
    results.set('tests', { isPassed: false, ms: 0 });
    console.error(`the bundle failed: ${error.message}`);
  }
}
summarize();

async function runAll(waiting) {
  const running = new Map();
  const left = [...waiting];
  while (left.length > 0 || running.size > 0) {
    const index = left.findIndex(([, , after = []]) => after.every((name) => !isPending(name)));
    if (index >= 0 && running.size < atOnce) {
      const [name, command] = left.splice(index, 1)[0];
      running.set(
        name,
        run(name, command, 'pipe').then(() => running.delete(name)),
      );
    } else await Promise.race(running.values());
  }

  function isPending(name) {
    return running.has(name) || left.some(([other]) => other === name);
  }
}

/** Prints what a gate has to say once it is through, and only if it failed. */
function run(name, [program, ...parts], output) {
  const begin = Date.now();
  return new Promise((done) => {
    const child = spawn(program === 'node' ? findNode() : program, parts, {
      cwd: root,
      env: environment,
      stdio: output === 'inherit' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    const said = [];
    child.stdout?.on('data', (chunk) => said.push(chunk));
    child.stderr?.on('data', (chunk) => said.push(chunk));
    child.on('error', (error) => said.push(Buffer.from(`${error.message}\n`)));
    child.on('close', (code) => {
      const isPassed = code === 0;
      const ms = Date.now() - begin;
      results.set(name, { isPassed, ms });
      if (!isPassed) process.stdout.write(Buffer.concat(said));
      if (output === 'pipe') console.log(line(name, isPassed, ms));
      done();
    });
  });
}

function summarize() {
  const failed = [...results].filter(([, { isPassed }]) => !isPassed).map(([name]) => name);
  console.log('');
  for (const [name, { isPassed, ms }] of results) console.log(line(name, isPassed, ms));
  if (failed.includes('tests')) for (const failure of failedTests()) console.log(failure);
  console.log(
    `${failed.length === 0 ? 'all passed' : `failed: ${failed.join(', ')}`} in ${seconds(Date.now() - startedAt)}`,
  );
  process.exitCode = failed.length === 0 ? 0 : 1;
}

/** Each failed test once more, in two lines at the end, where a cut log still shows them. */
function failedTests() {
  let files;
  try {
    files = JSON.parse(readFileSync(report, 'utf8')).testResults;
  } catch {
    return [];
  }
  return files.flatMap(({ name, message, status, assertionResults }) => {
    const where = relative(root, name);
    const failures = assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => [test.fullName, test.failureMessages.join(' ')]);
    if (failures.length === 0 && status === 'failed') failures.push(['(the file itself)', message]);
    return failures.map(([test, why]) => `\n${where}: ${test}\n  ${firstLine(why)}`);
  });
}

function firstLine(text) {
  return text.trim().split('\n', 1)[0].slice(0, 400);
}

function line(name, isPassed, ms) {
  return `${isPassed ? 'ok    ' : 'FAILED'} ${name.padEnd(18)} ${seconds(ms).padStart(7)}`;
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** What is set for a host or a provider of this machine is nothing for the tests. */
function cleanEnvironment() {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(DISPATCH_(?!TEST_)|OPENAI_|ANTHROPIC_|DATABASE_URL$)/.test(name),
  );
  const programs = join(root, 'node_modules', '.bin');
  return {
    ...Object.fromEntries(kept),
    PATH: `${programs}:${process.env.PATH ?? ''}`,
    TURBO_TELEMETRY_DISABLED: '1',
  };
}
