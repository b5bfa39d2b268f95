import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadConfigFile } from './load-config-file.ts';
import { parseArguments } from './parse-arguments.ts';
import { parseDotenv } from './parse-dotenv.ts';
import { findSetting, type ResolvedSettings, resolveSettings } from './resolve-settings.ts';
import { SettingsError } from './settings-error.ts';
import { settingsTable } from './settings-table.ts';

export interface LoadedSettings extends ResolvedSettings {
  /** Absolute. */
  readonly dataDir: string;
  /** Variables of the environment, and under them those of `.env`. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** Reads all that the settings come from. Writes nothing. Throws `SettingsError`. */
export async function loadSettings(options: {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}): Promise<LoadedSettings> {
  const { environment, cwd } = options;
  const { flags } = parseArguments(options.argv);
  const config = await loadConfigFile(cwd);
  const withoutDotenv = { flags, environment, ...(config === undefined ? {} : { config }) };

  const given = findSetting('dataDir', withoutDotenv).raw ?? settingsTable.dataDir.default;
  const dataDir = resolve(cwd, typeof given === 'string' ? given : settingsTable.dataDir.default);
  const path = join(dataDir, '.env');
  const text = readDotenv(path);
  const values = text === undefined ? undefined : parseDotenv(text, path);
  const resolved = resolveSettings({
    ...withoutDotenv,
    ...(values === undefined ? {} : { dotenv: { path, values } }),
  });
  return {
    ...resolved,
    dataDir,
    variables: { ...Object.fromEntries(values ?? []), ...environment },
  };
}

function readDotenv(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new SettingsError([`${path}: the file can not be read (${String(code)})`]);
  }
}
