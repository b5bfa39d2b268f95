// Runs every `sh` block of a README or of CONTRIBUTING.md that is not marked `no-run`, in the
// repository's folder, against a host of its own: the block `npm start` is what starts it, wherever it
// stands, and every other block must end with 0.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listBlocks } from './markdown.mjs';
import { finish, listFiles, readText, root } from './workspace.mjs';

/** Where documents say that the host is. */
const shownHost = /(127\.0\.0\.1|localhost):4177/g;
const deadlineMs = 60_000;

const blocks = listFiles('*.md', '{packages,apps,examples}/**/*.md')
  .filter((file) => /(^|\/)(README|CONTRIBUTING)\.md$/.test(file))
  .flatMap((file) =>
    listBlocks(readText(file))
      .filter(({ language, words }) => language === 'sh' && !words.includes('no-run'))
      .map(({ code, line }) => ({ code, place: `${file}:${line}` })),
  )
  .filter(({ code }) => code.trim() !== 'npm start');
const hasCurl = spawnSync('curl', ['--version']).status === 0;
const runnable = blocks.filter(({ code }) => hasCurl || !/\bcurl\b/.test(code));
for (const { place } of blocks.filter((block) => !runnable.includes(block))) {
  console.log(`${place}: not run, there is no curl here`);
}
finish('commands', await runAll(), `${runnable.length} blocks`);

async function runAll() {
  const data = mkdtempSync(join(tmpdir(), 'dispatch-docs-'));
  const problems = [];
  const host = startHost(data);
  try {
    const url = await host.ready;
    for (const { code, place } of runnable) {
      const { status, output } = await run(
        code.replaceAll(shownHost, new URL(url).host),
        url,
        data,
      );
      if (status !== 0) problems.push(`${place}: ended with ${status}\n${output.slice(-1000)}`);
    }
  } catch (error) {
    problems.push(`npm start: ${error instanceof Error ? error.message : error}`);
  } finally {
    const status = await host.stop();
    if (status !== 0) problems.push(`npm start: ended with ${status} when it was stopped`);
    rmSync(data, { recursive: true, force: true });
  }
  return problems;
}

function startHost(data) {
  const child = spawn('npm', ['start'], {
    cwd: root,
    env: { ...process.env, DISPATCH_PORT: '0', DISPATCH_DATA_DIR: data },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const exited = new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal));
    child.once('error', (error) => resolve(error.message));
  });
  let printed = '';
  const ready = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready: ${printed}`)), deadlineMs);
    const read = (text) => {
      printed += text;
      const url = /dispatch ready (\S+)/.exec(printed)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', (text) => {
      printed += text;
    });
    void exited.then((status) => {
      clearTimeout(timer);
      reject(new Error(`ended with ${status}: ${printed}`));
    });
  });
  return {
    ready,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return exited;
      // npm is told, and passes it on to the host; one that is not up goes with all it started.
      process.kill(existsSync(join(data, 'host.json')) ? child.pid : -child.pid, 'SIGTERM');
      return exited;
    },
  };
}

function run(code, url, data) {
  return new Promise((resolve) => {
    const child = spawn('sh', ['-ec', code], {
      cwd: root,
      env: { ...process.env, DISPATCH_URL: url, DISPATCH_DATA_DIR: data },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: deadlineMs,
    });
    let output = '';
    for (const pipe of [child.stdout, child.stderr]) {
      pipe.on('data', (text) => {
        output += text;
      });
    }
    child.once('error', (error) => resolve({ status: error.message, output }));
    child.once('close', (code, signal) => resolve({ status: code ?? signal, output }));
  });
}
