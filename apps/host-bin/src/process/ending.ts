import { isCodedError } from '@dispatch/contracts';
import { exitCodes, StartError } from '../exit-codes.ts';
import { SettingsError } from '../settings/settings-error.ts';

/** Codes of `@dispatch/host` that say that the list of extensions, or their options, can not be. */
const configurationCodes: readonly string[] = [
  'api-version-mismatch',
  'bad-options',
  'contract-unknown',
  'dependency-cycle',
  'duplicate-extension',
  'duplicate-provider',
  'missing-provider',
  'options-unclaimed',
];

export interface Ending {
  readonly exitCode: number;
  /** For standard error, one or more lines. */
  readonly text: string;
}

/** How the process ends for a start that failed. Pure. */
export function endingOf(error: unknown): Ending {
  if (error instanceof SettingsError) {
    return ending(
      exitCodes.configuration,
      'bad configuration; nothing was started',
      error.problems,
    );
  }
  if (error instanceof StartError) {
    return ending(error.exitCode, error.message, error.hint === undefined ? [] : [error.hint]);
  }
  if (!isCodedError(error)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return ending(exitCodes.internal, 'the host failed', stack.split('\n'));
  }
  const hint = error.hint === undefined ? [] : [error.hint];
  const code = isCodedError(error.cause) ? error.cause.code : error.code;
  if (configurationCodes.includes(code)) {
    return ending(exitCodes.configuration, `bad configuration; nothing was started`, [
      error.message,
      ...hint,
    ]);
  }
  if (code === 'port-in-use') return ending(exitCodes.inUse, error.message, hint);
  const exitCode = code === 'store-unavailable' ? exitCodes.unavailable : exitCodes.internal;
  const cause = isCodedError(error.cause) ? [] : stackOf(error.cause);
  return ending(exitCode, error.message, [...hint, ...cause]);
}

function ending(exitCode: number, message: string, details: readonly string[]): Ending {
  const lines = [`dispatch: ${message}`, ...details.map((detail) => `  ${detail}`)];
  return { exitCode, text: `${lines.join('\n')}\n` };
}

function stackOf(error: unknown): readonly string[] {
  return error instanceof Error ? (error.stack ?? error.message).split('\n') : [];
}
