import type { LogLevel } from '@dispatch/kernel';

/** What a host is told besides its extensions. All of it may be left out. */
export interface HostConfig {
  /** Less than this is not recorded; spans always are. `info`. */
  readonly logLevel?: LogLevel;
  /** Values that never leave the host in a record, and that extensions keep out of events and errors. Those of fewer than 6 characters are left alone. */
  readonly secrets?: readonly string[];
  /** Options by extension name, as the extension takes them. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** For each extension's setup, start and listen. 30,000. */
  readonly startTimeoutMs?: number;
  /** For each extension's drain, close and dispose. 15,000. */
  readonly stopTimeoutMs?: number;
  /** How many records are kept until the sinks are up. 1,000. */
  readonly recordsBeforeSinks?: number;
}

export type ResolvedConfig = Required<HostConfig>;

export function resolveConfig(config: HostConfig): ResolvedConfig {
  return {
    logLevel: config.logLevel ?? 'info',
    secrets: config.secrets ?? [],
    options: config.options ?? {},
    startTimeoutMs: config.startTimeoutMs ?? 30_000,
    stopTimeoutMs: config.stopTimeoutMs ?? 15_000,
    recordsBeforeSinks: config.recordsBeforeSinks ?? 1_000,
  };
}
