import { nearestName } from '@dispatch/host';
import type { SettingKey } from './settings.ts';
import { didYouMean, SettingsError } from './settings-error.ts';
import { settingKeys, settingsTable } from './settings-table.ts';

export interface Arguments {
  readonly isHelp: boolean;
  readonly isVersion: boolean;
  readonly flags: ReadonlyMap<SettingKey, string>;
}

/** Reads `--name value` and `--name=value`; of a repeated flag the last counts. Throws `SettingsError`. */
export function parseArguments(argv: readonly string[]): Arguments {
  const keyOf = new Map(
    settingKeys.flatMap((key) => {
      const { flag } = settingsTable[key];
      return flag === undefined ? [] : [[flag, key] as const];
    }),
  );
  const known = [...keyOf.keys(), '--help', '--version'];
  const flags = new Map<SettingKey, string>();
  const problems: string[] = [];
  let isHelp = false;
  let isVersion = false;

  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i] ?? '';
    const [name = '', inline] = splitOnce(argument, '=');
    const key = keyOf.get(name);
    if (argument === '--help' || argument === '-h') isHelp = true;
    else if (argument === '--version' || argument === '-v') isVersion = true;
    else if (key === undefined) {
      problems.push(
        name.startsWith('-')
          ? `${name} from the command line: there is no such flag; ${didYouMean(nearestName(name, known), known)}`
          : `argument ${i + 1} of the command line: found a word of ${argument.length} characters, expected a flag`,
      );
    } else {
      const value = inline ?? argv[++i];
      if (value === undefined) {
        problems.push(
          `${name} from the command line: found no value, expected ${settingsTable[key].expected}`,
        );
      } else flags.set(key, value);
    }
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return { isHelp, isVersion, flags };
}

function splitOnce(text: string, separator: string): readonly [string, string | undefined] {
  const index = text.indexOf(separator);
  return index < 0
    ? [text, undefined]
    : [text.slice(0, index), text.slice(index + separator.length)];
}
