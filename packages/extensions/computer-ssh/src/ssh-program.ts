import { spawn } from 'node:child_process';
import type { Runtime } from '@dispatch/contracts';
import { explainFailure } from './connection/connect-failure.ts';
import type { SessionSettings } from './sessions/sessions.ts';
import { noSsh, unavailable } from './unavailable.ts';

/** How `ssh` is called, wherever it is. */
export interface SshProgram {
  readonly configFile?: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

/** What a configuration means for one alias. */
export interface AliasMeaning {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
  readonly session: SessionSettings;
}

/** Beyond this a `Match exec` of the configuration has hung. */
const meaningDeadlineMs = 10_000;
const mostPrinted = 1_000_000;

export const configArguments = ({ configFile }: SshProgram): readonly string[] =>
  configFile === undefined ? [] : ['-F', configFile];

/** Asks `ssh -G`, which connects to nothing. Rejects with `computer-unavailable`. */
export async function readMeaning(
  program: SshProgram,
  alias: string,
  runtime: Pick<Runtime, 'sleep' | 'newAbortController'>,
): Promise<AliasMeaning> {
  const child = spawn('ssh', [...configArguments(program), '-G', '--', alias], {
    env: program.environment,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      if (printed[name].length < mostPrinted) printed[name] += text;
    });
  }
  const over = runtime.newAbortController();
  const code = await new Promise<number | Error>((resolve) => {
    child.once('error', resolve);
    child.once('close', (status) => resolve(status ?? 255));
    void runtime.sleep(meaningDeadlineMs, over.signal).then(() => child.kill('SIGKILL'));
  });
  over.abort();
  if (code instanceof Error) throw unavailable(alias, noSsh);
  if (code !== 0) throw unavailable(alias, explainFailure(alias, printed.stderr));
  return parseMeaning(printed.stdout, alias);
}

/** Reads what `ssh -G` prints: a keyword and its value on each line. Pure. */
export function parseMeaning(text: string, alias: string): AliasMeaning {
  const values = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, keyword = '', value = ''] = /^(\S+) (.*)$/.exec(line) ?? [];
    values.set(keyword, [...(values.get(keyword) ?? []), value]);
  }
  const first = (keyword: string) => values.get(keyword)?.[0];
  const port = Number(first('port'));
  const user = first('user');
  return {
    host: first('hostname') ?? alias,
    ...(user === undefined ? {} : { user }),
    ...(Number.isInteger(port) && port > 0 ? { port } : {}),
    session: {
      forwardsAgent: (first('forwardagent') ?? 'no') !== 'no',
      variables: (values.get('setenv') ?? []).map((text) => {
        const [name = '', ...value] = text.split('=');
        return [name, value.join('=')];
      }),
    },
  };
}
