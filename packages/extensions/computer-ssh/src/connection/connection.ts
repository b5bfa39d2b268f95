import { spawn } from 'node:child_process';
import type { CodedError, Runtime } from '@dispatch/contracts';
import { forLoginShell } from '../sessions/login-shell.ts';
import { joinMaster, type Sessions } from '../sessions/sessions.ts';
import { configArguments, readMeaning, type SshProgram } from '../ssh-program.ts';
import { isStopping, unavailable } from '../unavailable.ts';
import { explainFailure } from './connect-failure.ts';
import { guardianScript } from './guardian.ts';
import { createKeeper, type Keeper } from './keeper.ts';
import { keeperScript } from './keeper-script.ts';

/** A connection that is there, until `lost`. */
export interface Connection {
  readonly sessions: Sessions;
  readonly keeper: Keeper;
  /** What the marks of its commands begin with: unlike any other connection's. */
  readonly mark: string;
  /** Resolves when it is over, whatever ended it. Never rejects. */
  readonly lost: Promise<void>;
  isLost(): boolean;
  /** Why it was lost, for a message. */
  whyLost(): CodedError;
  /** Ends all that runs over there, then the connection. Resolves within 3 s. */
  close(): Promise<void>;
}

export interface ConnectionOptions {
  readonly computerId: string;
  readonly program: SshProgram;
  /** A private folder of this connection's own, which goes with it. */
  readonly folder: string;
  readonly connectTimeoutMs: number;
  /** Gives up connecting. */
  readonly signal: AbortSignal;
  readonly runtime: Pick<Runtime, 'sleep' | 'randomHex' | 'newAbortController'>;
}

/** A dead machine is noticed after so many questions in such intervals. */
const aliveSeconds = 5;
const aliveQuestions = 3;

/** On top of the time to connect: for keys, agents and the login itself. */
const loginMs = 30_000;
const closeMs = 2500;
const mostPrinted = 20_000;

/** Connects. Rejects with `computer-unavailable`, which says why. */
export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  const { computerId, program, folder, runtime } = options;
  const { session } = await readMeaning(program, computerId, runtime);
  const path = `${folder}/s`;
  const nonce = runtime.randomHex(16);
  const mark = `${runtime.randomHex(8)}.`;
  const master = spawn(
    '/bin/sh',
    [
      ...['-c', guardianScript, 'dispatch-ssh', folder, 'ssh', ...configArguments(program)],
      ...masterArguments(path, options.connectTimeoutMs),
      ...['--', computerId, forLoginShell(keeperScript(nonce, mark))],
    ],
    {
      // Nobody is there to be asked, by a window either.
      env: { ...program.environment, SSH_ASKPASS_REQUIRE: 'never' },
      // Away from the terminal, whose signals are the host's to answer.
      detached: true,
      cwd: '/',
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    },
  );
  const [stdin, stdout, stderr, life] = master.stdio;
  let printed = '';
  let isLost = false;
  const lost = new Promise<void>((resolve) => {
    master.once('error', (error) => {
      printed += error.message;
    });
    master.once('close', () => {
      isLost = true;
      resolve();
    });
  });
  stderr.setEncoding('utf8').on('data', (text: string) => {
    printed = (printed + text).slice(-mostPrinted);
  });
  for (const pipe of [stdin, stdout, stderr, life]) pipe?.on('error', () => {});
  const kill = () => life?.destroy();
  const { signal } = options;
  signal.addEventListener('abort', kill, { once: true });
  if (signal.aborted) kill();
  const keeper = createKeeper({ stdin, stdout, nonce, lost });

  const over = runtime.newAbortController();
  const isReady = await Promise.race([
    keeper.ready.then(() => true),
    lost.then(() => false),
    runtime.sleep(options.connectTimeoutMs + loginMs, over.signal).then(() => undefined),
  ]);
  over.abort();
  signal.removeEventListener('abort', kill);
  if (isReady !== true) {
    kill();
    if (signal.aborted) throw unavailable(computerId, isStopping);
    const said = isReady === undefined ? `Timeout. ${printed}` : printed;
    throw unavailable(computerId, explainFailure(computerId, said));
  }
  printed = '';
  const sessions = await joinMaster(path, session).catch((cause) => {
    kill();
    throw unavailable(computerId, { why: `\`ssh\` does not share its connection: ${cause}` });
  });
  // Without sessions it is of no use; without the connection they are over.
  void sessions.lost.then(kill);
  void lost.then(() => sessions.close());
  return {
    sessions,
    keeper,
    mark,
    lost,
    isLost: () => isLost,
    whyLost: () => unavailable(computerId, describeLoss(printed)),
    async close() {
      const late = runtime.newAbortController();
      stdin.end();
      await Promise.race([lost, keeper.gone, runtime.sleep(closeMs, late.signal)]);
      late.abort();
      kill();
      await lost;
    },
  };
}

/** Ours go before what the file says: who is asked, how sessions are shared, and when it is over. */
function masterArguments(path: string, connectTimeoutMs: number): readonly string[] {
  const options = [
    'BatchMode=yes',
    'ControlMaster=yes',
    `ControlPath=${path}`,
    'ControlPersist=no',
    `ConnectTimeout=${Math.ceil(connectTimeoutMs / 1000)}`,
    `ServerAliveInterval=${aliveSeconds}`,
    `ServerAliveCountMax=${aliveQuestions}`,
    'LogLevel=ERROR',
    // These are for the user's own terminal; a port that is forwarded twice would be an error.
    'ClearAllForwardings=yes',
    'ForwardX11=no',
    'PermitLocalCommand=no',
    'RemoteCommand=none',
    'RequestTTY=no',
    'SessionType=default',
    'StdinNull=no',
    'ForkAfterAuthentication=no',
  ];
  return ['-T', ...options.flatMap((option) => ['-o', option])];
}

function describeLoss(printed: string) {
  const said = printed.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
  return {
    why: 'the connection was lost.',
    hint: `It is made again with the next call.${said === '' ? '' : ` ssh says: ${said}`}`,
  };
}
