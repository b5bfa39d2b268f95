import type { Runtime } from '@dispatch/contracts';
import type { Connection } from '../connection/connection.ts';
import { shellWord } from '../sessions/login-shell.ts';
import { openSession, saysNoSession } from '../sessions/session.ts';
import { workerScript } from './worker-script.ts';

export interface Operation {
  readonly name: 'real' | 'link' | 'stat' | 'read' | 'list' | 'write';
  readonly words: readonly string[];
  /** Given to a `write` alone. */
  readonly input?: Uint8Array;
}

export interface Answer {
  readonly isDone: boolean;
  readonly found: Buffer;
  /** What was said to standard error. */
  readonly said: string;
}

/** Why a worker has no answer: `refused` the session was not given, `gone` it ended meanwhile, `hung` it said nothing. */
export type WorkerEnd = 'refused' | 'gone' | 'hung';

/** A session that does file operations, one at a time. */
export interface Worker {
  /** Never rejects. */
  run(operation: Operation): Promise<Answer | WorkerEnd>;
  isOver(): boolean;
  close(): void;
}

/** An operation that says nothing for so long has hung, as over there a network's file system may. */
const silenceMs = 60_000;

/** Of a status line behind the nonce. */
const statusPattern = /^ (\d+)\n$/;

export function openWorker(
  connection: Connection,
  statForm: 'gnu' | 'bsd',
  runtime: Pick<Runtime, 'sleep' | 'randomHex' | 'newAbortController'>,
): Worker {
  const child = openSession(connection.socket, workerScript(statForm, connection.mark));
  let isOver = false;
  let isRefused = false;
  let isHung = false;
  let pieces: { readonly stdout: Buffer[]; readonly stderr: Buffer[] } = { stdout: [], stderr: [] };
  let hear = () => {};
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (bytes: Buffer) => {
      pieces[name].push(bytes);
      hear();
    });
  }
  const over = new Promise<void>((resolve) => {
    const end = () => {
      isOver = true;
      isRefused = saysNoSession(Buffer.concat(pieces.stderr).toString());
      resolve();
    };
    child.once('error', end);
    child.once('close', end);
  });

  return {
    async run({ name, words, input }) {
      if (isOver) return 'gone';
      const nonce = runtime.randomHex(16);
      pieces = { stdout: [], stderr: [] };
      const { promise: answered, resolve } = Promise.withResolvers<Answer>();
      let heard = 0;
      hear = () => {
        heard += 1;
        const said = withoutStatus(pieces.stderr, nonce);
        const found = said && withoutStatus(pieces.stdout, nonce);
        if (!said || !found) return;
        resolve({ isDone: found.status === 0, found: found.bytes, said: said.bytes.toString() });
      };
      child.stdin.write(`op ${nonce} ${name} ${words.map(shellWord).join(' ')}\n`);
      if (input !== undefined) child.stdin.write(input);
      const done = runtime.newAbortController();
      const watch = async () => {
        for (let seen = -1; seen !== heard && !done.signal.aborted; ) {
          seen = heard;
          await runtime.sleep(silenceMs, done.signal);
        }
        if (done.signal.aborted) return;
        isHung = true;
        child.kill('SIGKILL');
      };
      void watch();
      const answer = await Promise.race([answered, over]);
      done.abort();
      hear = () => {};
      return answer ?? (isHung ? 'hung' : isRefused ? 'refused' : 'gone');
    },
    isOver: () => isOver,
    close: () => child.stdin.end(),
  };
}

/** What was printed before the line that ends an answer; undefined where that is not there yet. */
function withoutStatus(
  pieces: Buffer[],
  nonce: string,
): { readonly bytes: Buffer; readonly status: number } | undefined {
  // Only the end is looked at: an answer may be large, and comes in many pieces.
  let last = pieces.pop() ?? Buffer.alloc(0);
  while (last.length < nonce.length + 6 && pieces.length > 0) {
    last = Buffer.concat([pieces.pop() ?? Buffer.alloc(0), last]);
  }
  pieces.push(last);
  const tail = last.subarray(-(nonce.length + 6));
  const at = tail.lastIndexOf(nonce);
  const status = at < 0 ? null : statusPattern.exec(tail.toString('latin1', at + nonce.length));
  if (status === null) return undefined;
  const bytes = Buffer.concat(pieces);
  const length = bytes.length - (tail.length - at);
  return { bytes: bytes.subarray(0, length), status: Number(status[1]) };
}
