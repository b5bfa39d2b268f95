import {
  isBindAddress,
  isHostWithPort,
  isHttpUrl,
  isOrigin,
  isPostgresUrl,
} from './parse-address.ts';
import {
  extensionEntry,
  list,
  oneOf,
  text,
  textByName,
  wholeNumber,
  wholeNumbersByName,
} from './parse-value.ts';
import type { Setting, SettingKey, Settings } from './settings.ts';

/** Every setting once: its names, its default, what it must be. */
export const settingsTable: { readonly [K in SettingKey]: Setting<Settings[K]> } = {
  port: {
    env: 'DISPATCH_PORT',
    flag: '--port',
    default: 4177,
    expected: 'a whole number from 0 to 65535',
    about: 'port to serve on; 0 takes a free one',
    parse: wholeNumber(0, 65_535),
  },
  bind: {
    env: 'DISPATCH_BIND',
    flag: '--bind',
    default: '127.0.0.1',
    expected: 'an address or a name of this machine',
    about: 'address to serve on; any but loopback needs DISPATCH_TOKEN',
    parse: text(isBindAddress),
  },
  token: {
    env: 'DISPATCH_TOKEN',
    default: undefined,
    expected: '16 to 256 characters of A-Z a-z 0-9 . _ ~ -',
    about: 'what clients must show',
    isSecret: true,
    parse: text((value) => /^[A-Za-z0-9._~-]{16,256}$/.test(value)),
  },
  hosts: {
    env: 'DISPATCH_HOSTS',
    default: [],
    expected: 'names with or without a port, comma-separated',
    about: 'further names of this host',
    parse: list(text(isHostWithPort)),
  },
  origins: {
    env: 'DISPATCH_ORIGINS',
    default: [],
    expected: 'origins such as https://box.local:8443, comma-separated',
    about: 'origins of pages that are let in',
    parse: list(text(isOrigin)),
  },
  redact: {
    env: 'DISPATCH_REDACT',
    default: [],
    expected: 'names of environment variables, comma-separated',
    about: 'variables whose values never leave the host',
    parse: list(text((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))),
  },
  dataDir: {
    env: 'DISPATCH_DATA_DIR',
    flag: '--data',
    default: '.dispatch',
    expected: 'a folder',
    about: 'folder of the embedded store, the journal and the lock',
    parse: text((value) => value.trim() !== '' && !value.includes('\0')),
  },
  database: {
    env: 'DATABASE_URL',
    flag: '--database',
    default: undefined,
    expected: 'postgres://user:password@host:port/database',
    about: 'a PostgreSQL of your own (14 or newer) instead of the embedded one',
    isSecret: true,
    parse: text(isPostgresUrl),
  },
  model: {
    env: 'DISPATCH_MODEL',
    flag: '--model',
    default: undefined,
    expected: '<provider>/<model>, or a model of the default provider',
    about: 'the default model',
    parse: text(),
  },
  models: {
    default: {},
    expected: 'an object of names and models, such as { fast: "openai/x" }',
    about: 'aliases of models',
    parse: textByName,
  },
  openaiBaseUrl: {
    env: 'OPENAI_BASE_URL',
    default: undefined,
    expected: 'an http or https URL, /v1 included',
    about: 'the OpenAI-compatible server of the provider openai',
    parse: text(isHttpUrl),
  },
  openaiApiKey: {
    env: 'OPENAI_API_KEY',
    default: undefined,
    expected: 'a key without blanks',
    about: 'its key',
    isSecret: true,
    parse: text((value) => /^\S+$/.test(value)),
  },
  maxSteps: {
    env: 'DISPATCH_MAX_STEPS',
    flag: '--max-steps',
    default: 0,
    expected: 'a whole number from 0, which means no limit',
    about: 'steps that a turn may take',
    parse: wholeNumber(0),
  },
  retryBudgetMs: {
    env: 'DISPATCH_RETRY_BUDGET_MS',
    default: 28_800_000,
    expected: 'a whole number of milliseconds',
    about: 'sum of the delays that a step may wait on provider errors',
    parse: wholeNumber(0),
  },
  retryDelaysMs: {
    env: 'DISPATCH_RETRY_DELAYS_MS',
    default: [5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000],
    expected: 'one or more whole numbers of milliseconds, comma-separated',
    about: 'those delays; the last one repeats',
    parse: list(wholeNumber(0), 1),
  },
  approvals: {
    env: 'DISPATCH_APPROVALS',
    flag: '--approvals',
    default: 'ask',
    expected: 'ask, auto or deny',
    about: 'what happens to calls that a person would be asked for',
    parse: oneOf(['ask', 'auto', 'deny']),
  },
  eventLogMb: {
    env: 'DISPATCH_EVENT_LOG_MB',
    default: 512,
    expected: 'a whole number of MiB from 1',
    about: 'memory for the event logs of all live turns',
    parse: wholeNumber(1, 1_048_576),
  },
  leaseMs: {
    env: 'DISPATCH_LEASE_MS',
    default: 10_000,
    expected: 'a whole number of milliseconds from 100',
    about: 'how long a turn stays its owner’s without a sign of life',
    parse: wholeNumber(100),
  },
  takeoverMs: {
    env: 'DISPATCH_TAKEOVER_MS',
    default: 3_000,
    expected: 'a whole number of milliseconds from 10 to 15000',
    about: 'how long after the end of a lease another host finds the turn',
    parse: wholeNumber(10, 15_000),
  },
  shutdownGraceMs: {
    env: 'DISPATCH_SHUTDOWN_GRACE_MS',
    default: 10_000,
    expected: 'a whole number of milliseconds',
    about: 'how long running steps may take to commit at a stop',
    parse: wholeNumber(0),
  },
  log: {
    env: 'DISPATCH_LOG',
    flag: '--log',
    default: 'info',
    expected: 'debug, info, warn or error',
    about: 'what is logged',
    parse: oneOf(['debug', 'info', 'warn', 'error']),
  },
  retention: {
    default: {},
    expected:
      'an object of conversationsDays, conversationsMb, conversationsMax, attachmentsDays, attachmentsMb, forgetSeconds, journalDays and journalMb, each a whole number from 0 (journalMb: from 1), or some of them',
    about: 'what is kept how long, and how much of it',
    parse: wholeNumbersByName({
      conversationsDays: [0, 36_500],
      conversationsMb: [0, 1_048_576],
      conversationsMax: [0, 1_000_000_000],
      attachmentsDays: [0, 36_500],
      attachmentsMb: [0, 1_048_576],
      forgetSeconds: [0, 86_400],
      journalDays: [0, 36_500],
      journalMb: [1, 1_048_576],
    }),
  },
  sshConfig: {
    env: 'DISPATCH_SSH_CONFIG',
    default: undefined,
    expected: 'the absolute path of a file',
    about: "an SSH configuration instead of the user's own",
    parse: text((value) => value.startsWith('/')),
  },
  rules: {
    default: [],
    expected: 'a list of rules',
    about: 'which calls are allowed, asked for or denied',
    parse: list((raw) => raw),
  },
  extensions: {
    default: undefined,
    expected: 'a list of package names, paths or [name, options]',
    about: 'what the host loads instead of the standard set',
    parse: list(extensionEntry),
  },
};

export const settingKeys = Object.keys(settingsTable).filter(isSettingKey);

export function isSettingKey(name: string): name is SettingKey {
  return Object.hasOwn(settingsTable, name);
}

/** Read by other programs of Dispatch: known here, and not the host's. */
export const foreignVariables: readonly string[] = ['DISPATCH_URL'];
