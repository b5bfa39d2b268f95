import type { Runtime } from '@dispatch/contracts';
import type { Connection } from '../connection/connection.ts';
import { forLoginShell, shellWord } from '../sessions/login-shell.ts';
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

/** Resolves with `refused` where the computer gives no more sessions, with `gone` where the connection is lost. */
export async function openWorker(
  connection: Connection,
  runtime: Pick<Runtime, 'sleep' | 'randomHex' | 'newAbortController'>,
): Promise<Worker | WorkerEnd> {
  const { statForm } = await connection.keeper.ready;
  let pieces: { readonly stdout: Buffer[]; readonly stderr: Buffer[] } = { stdout: [], stderr: [] };
  let hear = () => {};
  const script = forLoginShell(workerScript(statForm, connection.mark));
  const session = await connection.sessions.open(script, (stream, bytes) => {
    pieces[stream].push(bytes);
    hear();
  });
  if (typeof session === 'string') return session === 'refused' ? 'refused' : 'gone';

  return {
    isOver: session.isClosed,
    close: session.endInput,
    async run({ name, words, input }) {
      if (session.isClosed()) return 'gone';
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
      session.write(Buffer.from(`op ${nonce} ${name} ${words.map(shellWord).join(' ')}\n`));
      if (input !== undefined) session.write(input);
      const done = runtime.newAbortController();
      const hung = async (): Promise<WorkerEnd | undefined> => {
        for (let seen = -1; seen !== heard && !done.signal.aborted; ) {
          seen = heard;
          await runtime.sleep(silenceMs, done.signal);
        }
        return done.signal.aborted ? undefined : 'hung';
      };
      const gone = session.closed.then((): WorkerEnd => 'gone');
      const answer = (await Promise.race([answered, gone, hung()])) ?? 'gone';
      done.abort();
      hear = () => {};
      if (answer === 'hung') session.close();
      return answer;
    },
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
