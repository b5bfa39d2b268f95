import type { RetentionSettings, SettingKey, Settings, SourceKind } from '../settings/settings.ts';

/** For each standard extension: which setting is which of its options. */
const settingsByExtension: Readonly<Record<string, readonly (readonly [SettingKey, string])[]>> = {
  '@dispatch/transport-http': [
    ['port', 'port'],
    ['bind', 'bind'],
    ['token', 'token'],
    ['hosts', 'hosts'],
    ['origins', 'origins'],
  ],
  '@dispatch/session-orchestrator': [
    ['model', 'defaultModel'],
    ['models', 'models'],
    ['maxSteps', 'maxSteps'],
    ['retryBudgetMs', 'retryBudgetMs'],
    ['retryDelaysMs', 'retryDelaysMs'],
    ['approvals', 'approvals'],
    ['eventLogMb', 'eventLogMb'],
    ['leaseMs', 'leaseMs'],
    ['takeoverMs', 'takeoverMs'],
    ['shutdownGraceMs', 'shutdownGraceMs'],
  ],
  '@dispatch/computer-ssh': [['sshConfig', 'configFile']],
  '@dispatch/consent': [
    ['approvals', 'approvals'],
    ['rules', 'rules'],
  ],
  '@dispatch/provider-openai-compatible': [
    ['openaiBaseUrl', 'baseUrl'],
    ['openaiApiKey', 'apiKey'],
  ],
};

/** The same for the parts of the setting `retention`. */
const retentionByExtension: Readonly<
  Record<string, readonly (readonly [keyof RetentionSettings, string])[]>
> = {
  '@dispatch/retention': [
    ['conversationsDays', 'conversationsDays'],
    ['conversationsMb', 'conversationsMb'],
    ['conversationsMax', 'conversationsMax'],
    ['attachmentsDays', 'attachmentsDays'],
    ['attachmentsMb', 'attachmentsMb'],
    ['forgetSeconds', 'forgetSeconds'],
  ],
  '@dispatch/sink-journal': [
    ['journalDays', 'maxAgeDays'],
    ['journalMb', 'maxTotalMb'],
  ],
};

/** What no setting says but the place where the host runs. */
export interface Surroundings {
  readonly dataDir: string;
  readonly journalFolder: string;
  readonly hostId: string;
  readonly cwd: string;
  readonly shellEnvironment: Readonly<Record<string, string>>;
  /** Of the `ssh` program itself. */
  readonly sshEnvironment: Readonly<Record<string, string>>;
}

/**
 * The options of an extension: what the surroundings and settings say, over that what the config's
 * list says (`own`), over that what a flag or a variable says. Undefined where nobody says anything.
 */
export function optionsOf(
  name: string,
  own: unknown,
  surroundings: Surroundings,
  settings: Settings,
  sourceOf: (key: SettingKey) => SourceKind,
): unknown {
  const [usual, stronger] = [new Map(placeOptions(name, surroundings)), new Map<string, unknown>()];
  for (const [key, option] of settingsByExtension[name] ?? []) {
    const value = settings[key];
    if (value === undefined) continue;
    const source = sourceOf(key);
    (source === 'config' || source === 'default' ? usual : stronger).set(option, value);
  }
  for (const [key, option] of retentionByExtension[name] ?? []) {
    const value = settings.retention[key];
    if (value !== undefined) usual.set(option, value);
  }
  if (usual.size === 0 && stronger.size === 0) return own;
  // Not an object: the extension says itself what is wrong with it.
  if (own !== undefined && (typeof own !== 'object' || own === null)) return own;
  return { ...Object.fromEntries(usual), ...own, ...Object.fromEntries(stronger) };
}

function placeOptions(name: string, place: Surroundings): readonly (readonly [string, unknown])[] {
  switch (name) {
    case '@dispatch/postgres-embedded':
      return [['dataDir', place.dataDir]];
    case '@dispatch/sink-journal':
      return [['folder', place.journalFolder]];
    case '@dispatch/session-orchestrator':
      return [
        ['hostId', place.hostId],
        ['cwd', place.cwd],
      ];
    case '@dispatch/commands':
      return [['hostId', place.hostId]];
    case '@dispatch/consent':
      return [['cwd', place.cwd]];
    case '@dispatch/computer-local':
      return [['environment', place.shellEnvironment]];
    case '@dispatch/computer-ssh':
      return [['environment', place.sshEnvironment]];
    default:
      return [];
  }
}
