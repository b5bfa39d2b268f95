import { userInfo } from 'node:os';
import type { ComputerInfo, ComputerSource, Runtime } from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';
import { isAlias } from './aliases/config-words.ts';
import { readAliases } from './aliases/read-aliases.ts';
import type { ComputerSshOptions } from './options.ts';
import { createSshComputer, type SshComputer } from './ssh-computer.ts';
import { readMeaning } from './ssh-program.ts';

export interface SshComputersOptions extends ComputerSshOptions {
  readonly runtime: Pick<Runtime, 'now' | 'sleep' | 'randomHex' | 'newAbortController'>;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

export interface SshComputers extends ComputerSource {
  /** Ends all that runs on any of them, and their connections. Resolves within 4 s. */
  dispose(): Promise<void>;
}

/** How long the list of aliases, and what one of them means, is taken to be as it was. */
const aliasesKeptMs = 2000;
const infoKeptMs = 30_000;
/** So many `ssh -G` at a time. */
const askedAtOnce = 4;

/** The computers of the user's SSH configuration. */
export function createSshComputers(options: SshComputersOptions): SshComputers {
  const { runtime, configFile, environment } = options;
  const program = { configFile, environment };
  const home = userInfo().homedir;
  const place = { file: configFile ?? `${home}/.ssh/config`, home };
  const computers = new Map<string, SshComputer>();
  const infos = new Map<string, { readonly info: ComputerInfo; readonly at: number }>();
  let known: { readonly aliases: Promise<ReadonlySet<string>>; readonly at: number } | undefined;

  const getAliases = (): Promise<ReadonlySet<string>> => {
    if (known === undefined || runtime.now() - known.at > aliasesKeptMs) {
      known = { aliases: readAliases(place), at: runtime.now() };
    }
    return known.aliases;
  };

  const describe = async (computerId: string): Promise<ComputerInfo> => {
    const kept = infos.get(computerId);
    if (kept !== undefined && runtime.now() - kept.at < infoKeptMs) return kept.info;
    const { host, user, port } = await readMeaning(program, computerId, runtime);
    const info = {
      computerId,
      host,
      ...(user === undefined ? {} : { user }),
      ...(port === undefined ? {} : { port }),
    };
    infos.set(computerId, { info, at: runtime.now() });
    return info;
  };

  return {
    async list() {
      const aliases = await getAliases();
      for (const computerId of infos.keys()) if (!aliases.has(computerId)) infos.delete(computerId);
      const left = [...aliases].values();
      const found = new Map<string, ComputerInfo>();
      const ask = async () => {
        for (const computerId of left) found.set(computerId, await describe(computerId));
      };
      await Promise.all(Array.from({ length: askedAtOnce }, ask));
      return [...aliases].flatMap((computerId) => found.get(computerId) ?? []);
    },
    async find(computerId) {
      // A stranger's text reaches neither a file's path nor `ssh`.
      if (computerId === undefined || !isAlias(computerId)) return undefined;
      if (!(await getAliases()).has(computerId)) return undefined;
      let found = computers.get(computerId);
      if (found === undefined) {
        found = createSshComputer({ ...options, computerId, program });
        computers.set(computerId, found);
      }
      return found.computer;
    },
    async dispose() {
      await Promise.all([...computers.values()].map((computer) => computer.dispose()));
    },
  };
}
