import { SettingsError } from './settings-error.ts';

const line = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/;

/**
 * Reads `NAME=value` lines. Blank lines and lines that begin with `#` are skipped; a value may stand
 * in single quotes, taken as it is, or in double quotes, where `\n` is a line's end. Throws
 * `SettingsError`, naming the line, for anything else.
 */
export function parseDotenv(text: string, path: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const problems: string[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const trimmed = raw.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const [, name, value = ''] = line.exec(trimmed) ?? [];
    const parsed = parseDotenvValue(value);
    if (name === undefined || parsed === undefined) {
      // The line is not shown: it may hold a secret.
      problems.push(
        `${path}:${index + 1}: found ${trimmed.length} characters, expected NAME=value`,
      );
    } else values.set(name, parsed);
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return values;
}

function parseDotenvValue(value: string): string | undefined {
  const [, quote, quoted, bare] = /^(?:(["'])(.*)\1\s*(?:#.*)?|([^"'].*)?)$/.exec(value) ?? [];
  if (quote === "'") return quoted;
  if (quote === '"') {
    return quoted?.replace(/\\(.)/g, (_, character) => (character === 'n' ? '\n' : character));
  }
  if (bare === undefined) return value === '' ? '' : undefined;
  return bare.replace(/\s+#.*$/, '').trim();
}
