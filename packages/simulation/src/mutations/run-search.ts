import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SearchRequest, SearchResult } from './search.ts';

const child = fileURLToPath(new URL('./child.ts', import.meta.url));

/** A search that takes so long has met a mutation that never comes to an end. */
const deadlineMs = 10 * 60_000;

/** Runs histories in a process of its own. Rejects where it ends without an answer, with what it said. */
export function runSearch(request: SearchRequest): Promise<SearchResult> {
  return new Promise((resolve, reject) => {
    const process = fork(child, {
      execArgv: ['--conditions=source'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      timeout: deadlineMs,
    });
    let said = '';
    process.stderr?.on('data', (chunk) => {
      said = `${said}${chunk}`.slice(-4000);
    });
    // Sent by child.ts.
    process.once('message', (message) => resolve(message as SearchResult));
    process.once('error', reject);
    process.once('close', (code, signal) => {
      reject(new Error(`A search ended with ${signal ?? code} and no answer: ${said}`));
    });
    process.send(request);
  });
}
