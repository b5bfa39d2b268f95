import { nearestName } from '@dispatch/host';
import { isLoopback } from './parse-address.ts';
import { invalid, type SettingKey, type Settings, type SourceKind } from './settings.ts';
import { didYouMean, SettingsError } from './settings-error.ts';
import { foreignVariables, isSettingKey, settingKeys, settingsTable } from './settings-table.ts';

/** All that settings can come from, as plain data. */
export interface SettingSources {
  readonly flags: ReadonlyMap<SettingKey, string>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly dotenv?: { readonly path: string; readonly values: ReadonlyMap<string, string> };
  readonly config?: {
    readonly path: string;
    readonly values: Readonly<Record<string, unknown>>;
  };
}

export interface ResolvedSettings {
  readonly settings: Settings;
  sourceOf(key: SettingKey): SourceKind;
  /** For a message about a value: `DISPATCH_PORT from the environment`. */
  nameOf(key: SettingKey): string;
}

interface Found {
  readonly kind: SourceKind;
  readonly raw: unknown;
  readonly name: string;
}

/**
 * The settings that the sources add up to: flag over environment over `.env` over config file over
 * default. Throws a `SettingsError` with everything that is wrong. Pure.
 */
export function resolveSettings(from: SettingSources): ResolvedSettings {
  const problems = unknownNames(from);
  const found = new Map(settingKeys.map((key) => [key, findSetting(key, from)]));
  const get = <K extends SettingKey>(key: K): Settings[K] => {
    const setting = settingsTable[key];
    const source = found.get(key);
    if (source === undefined || source.kind === 'default') return setting.default;
    const value = setting.parse(source.raw);
    if (value !== invalid) return value;
    problems.push(
      `${source.name}: found ${describe(source.raw, setting.isSecret)}, expected ${setting.expected}`,
    );
    return setting.default;
  };
  const settings: Settings = {
    port: get('port'),
    bind: get('bind'),
    token: get('token'),
    hosts: get('hosts'),
    origins: get('origins'),
    redact: get('redact'),
    dataDir: get('dataDir'),
    database: get('database'),
    model: get('model'),
    models: get('models'),
    openaiBaseUrl: get('openaiBaseUrl'),
    openaiApiKey: get('openaiApiKey'),
    maxSteps: get('maxSteps'),
    retryBudgetMs: get('retryBudgetMs'),
    retryDelaysMs: get('retryDelaysMs'),
    approvals: get('approvals'),
    eventLogMb: get('eventLogMb'),
    leaseMs: get('leaseMs'),
    takeoverMs: get('takeoverMs'),
    shutdownGraceMs: get('shutdownGraceMs'),
    log: get('log'),
    retention: get('retention'),
    sshConfig: get('sshConfig'),
    rules: get('rules'),
    extensions: get('extensions'),
  };
  const nameOf = (key: SettingKey) => found.get(key)?.name ?? key;
  if (settings.token === undefined && !isLoopback(settings.bind)) {
    problems.push(
      `${nameOf('bind')}: found ${JSON.stringify(settings.bind)} and no DISPATCH_TOKEN, expected 127.0.0.1, or a token that guards any other address`,
    );
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return { settings, sourceOf: (key) => found.get(key)?.kind ?? 'default', nameOf };
}

/** Also used to find the data folder before its `.env` can be read. */
export function findSetting(key: SettingKey, from: SettingSources): Found {
  const { env } = settingsTable[key];
  const flag = from.flags.get(key);
  if (flag !== undefined) {
    return { kind: 'flag', raw: flag, name: `${settingsTable[key].flag} from the command line` };
  }
  if (env !== undefined) {
    const value = from.environment[env];
    if (isSet(key, value)) {
      return { kind: 'environment', raw: value, name: `${env} from the environment` };
    }
    const kept = from.dotenv?.values.get(env);
    if (isSet(key, kept)) {
      return { kind: 'dotenv', raw: kept, name: `${env} from ${from.dotenv?.path}` };
    }
  }
  const configured = from.config?.values[key];
  if (configured !== undefined) {
    return { kind: 'config', raw: configured, name: `${key} from ${from.config?.path}` };
  }
  return { kind: 'default', raw: undefined, name: env ?? key };
}

/** An empty variable counts as none; an empty token would leave a door open that was meant to be shut. */
function isSet(key: SettingKey, value: string | undefined): value is string {
  return value !== undefined && (value !== '' || key === 'token');
}

function describe(raw: unknown, isSecret: true | undefined): string {
  if (isSecret) return `a value of ${typeof raw === 'string' ? raw.length : 'no'} characters`;
  const text = JSON.stringify(raw) ?? String(raw);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function unknownNames({ environment, dotenv, config }: SettingSources): string[] {
  const variables = settingKeys.flatMap((key) => settingsTable[key].env ?? []);
  const known = [...variables.filter((name) => name.startsWith('DISPATCH_')), ...foreignVariables];
  const unknownVariables = (names: Iterable<string>, where: string) =>
    [...names]
      .filter((name) => name.startsWith('DISPATCH_') && !known.includes(name))
      .map(
        (name) =>
          `${name} from ${where}: there is no such setting; ${didYouMean(nearestName(name, known), known)}`,
      );
  const problems = [
    ...unknownVariables(Object.keys(environment), 'the environment'),
    ...unknownVariables(dotenv?.values.keys() ?? [], dotenv?.path ?? ''),
  ];
  if (dotenv?.values.has('DISPATCH_DATA_DIR')) {
    problems.push(
      `DISPATCH_DATA_DIR from ${dotenv.path}: this file is in the data folder and can not move it; set it in the environment`,
    );
  }
  for (const name of Object.keys(config?.values ?? {})) {
    if (isSettingKey(name)) continue;
    problems.push(
      `${name} from ${config?.path}: there is no such key; ${didYouMean(nearestName(name, settingKeys), settingKeys)}`,
    );
  }
  return problems;
}
