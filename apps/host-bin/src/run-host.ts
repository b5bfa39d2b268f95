import { join } from 'node:path';
import { checkComposition, createHost, createRedactor, type Host } from '@dispatch/host';
import { createNodeRuntime } from '@dispatch/runtime-node';
import { type DataFolder, openDataFolder } from './data-folder/data-folder.ts';
import { compose, type Operator } from './extensions/compose.ts';
import { loadExtensions } from './extensions/load-extensions.ts';
import { shellEnvironment, sshEnvironment } from './extensions/shell-environment.ts';
import type { Surroundings } from './extensions/standard-options.ts';
import { type LoadedSettings, loadSettings } from './settings/load-settings.ts';
import { collectSecrets } from './settings/secrets.ts';

/** What the process hands to the host: the only place where it is read is `main.ts`. */
export interface HostProcess {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly pid: number;
  readonly hasColors: boolean;
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
}

/** A host that is being started, from the moment on when there is something to stop. */
export interface HostRun {
  /** Resolves when the host serves. Rejects with what `endingOf` understands. */
  readonly started: Promise<void>;
  /** Stops it, whatever state it is in, and leaves the data folder. */
  stop(): Promise<void>;
  /** Leaves the data folder without stopping anything: for a process that ends at once. */
  abandon(): void;
  /** For what the process itself has to say: without secrets. */
  redact(text: string): string;
}

/** Beyond the grace of running steps: for connections, files and the embedded store to close. */
const closingMs = 5_000;

/** Reads the settings and starts the host. Rejects where there is nothing to start. */
export async function runHost(hostProcess: HostProcess): Promise<HostRun> {
  const loaded = await loadSettings(hostProcess);
  const { settings, nameOf, dataDir } = loaded;
  const secrets = collectSecrets(settings, loaded.variables);
  const redactor = createRedactor(secrets);
  const say = (notice: string) => hostProcess.writeError(redactor.redact(`dispatch: ${notice}\n`));
  const operator: Operator = {
    write: hostProcess.writeError,
    say,
    hasColors: hostProcess.hasColors,
  };
  const extensions = await loadExtensions(
    settings.extensions,
    hostProcess.cwd,
    nameOf('extensions'),
  );
  const composeFor = (hostId: string) =>
    compose(extensions, loaded, surroundingsOf(loaded, hostProcess, secrets, hostId), operator);

  // Before anything is written, so that nothing is where the configuration is bad.
  const trial = composeFor('host');
  checkComposition(trial.extensions, trial.options);

  const runtime = createNodeRuntime();
  const startedAt = new Date(runtime.wallNow()).toISOString();
  const { pid } = hostProcess;
  const folder = await openDataFolder({ path: dataDir, name: nameOf('dataDir'), pid, runtime });
  const { extensions: list, options } = composeFor(folder.hostId);
  const host = createHost({
    extensions: list,
    config: {
      options,
      secrets,
      logLevel: settings.log,
      stopTimeoutMs: settings.shutdownGraceMs + closingMs,
    },
    runtime,
  });
  return {
    started: serve(host, folder, startedAt, hostProcess),
    stop: () => host.stop().finally(() => folder.close()),
    abandon: () => folder.close(),
    redact: (text) => redactor.redact(text),
  };
}

async function serve(
  host: Host,
  folder: DataFolder,
  startedAt: string,
  { writeOut }: HostProcess,
): Promise<void> {
  try {
    const { urls } = await host.start();
    const [url = ''] = urls;
    // Before the line: who waits for it may look for the file at once.
    folder.writeHostFile({ url, startedAt });
    writeOut(`dispatch ready ${url}\n`);
  } catch (error) {
    folder.close();
    throw error;
  }
}

function surroundingsOf(
  { dataDir }: LoadedSettings,
  { cwd, environment }: HostProcess,
  secrets: readonly string[],
  hostId: string,
): Surroundings {
  return {
    dataDir,
    journalFolder: join(dataDir, 'journal'),
    hostId,
    cwd,
    shellEnvironment: shellEnvironment(environment, secrets),
    sshEnvironment: sshEnvironment(environment, secrets),
  };
}
