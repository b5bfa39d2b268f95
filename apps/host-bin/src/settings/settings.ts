import type { LogLevel } from '@dispatch/kernel';

/** An entry of the config file's `extensions`: a package or a path, with its options or without. */
export interface ExtensionEntry {
  readonly specifier: string;
  readonly options: unknown;
}

export type Approvals = 'ask' | 'auto' | 'deny';

/** What is kept how long, and how much of it; absent: as its extension has it. 0 days: for ever. */
export interface RetentionSettings {
  readonly conversationsDays?: number;
  readonly conversationsMb?: number;
  readonly conversationsMax?: number;
  readonly attachmentsDays?: number;
  readonly attachmentsMb?: number;
  readonly forgetSeconds?: number;
  readonly journalDays?: number;
  readonly journalMb?: number;
}

/** What the host runs with. The keys are those of the config file. */
export interface Settings {
  readonly port: number;
  readonly bind: string;
  readonly token: string | undefined;
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
  readonly redact: readonly string[];
  /** As given: relative to the working folder. */
  readonly dataDir: string;
  /** Undefined: the embedded one. */
  readonly database: string | undefined;
  readonly model: string | undefined;
  readonly models: Readonly<Record<string, string>>;
  readonly openaiBaseUrl: string | undefined;
  readonly openaiApiKey: string | undefined;
  readonly maxSteps: number;
  readonly retryBudgetMs: number;
  readonly retryDelaysMs: readonly number[];
  readonly approvals: Approvals;
  readonly eventLogMb: number;
  readonly leaseMs: number;
  readonly takeoverMs: number;
  readonly shutdownGraceMs: number;
  readonly log: LogLevel;
  readonly retention: RetentionSettings;
  /** Undefined: the user's own. */
  readonly sshConfig: string | undefined;
  /** Of consent, which says what is wrong with one. */
  readonly rules: readonly unknown[];
  /** Undefined: the standard set. */
  readonly extensions: readonly ExtensionEntry[] | undefined;
}

export type SettingKey = keyof Settings;

/** Where a setting can stand; the earlier wins. */
export type SourceKind = 'flag' | 'environment' | 'dotenv' | 'config' | 'default';

export interface Setting<T> {
  /** Name of its environment variable; absent: the config file alone has it. */
  readonly env?: string;
  readonly flag?: string;
  readonly default: T;
  /** Ends the sentence "expected …". */
  readonly expected: string;
  /** For `--help`. */
  readonly about: string;
  /** Its value is never shown. */
  readonly isSecret?: true;
  /** Text from a flag or a variable, anything from the config file. */
  readonly parse: (raw: unknown) => T | typeof invalid;
}

/** What a parser returns for a value that is not as expected. */
export const invalid = Symbol('invalid');
