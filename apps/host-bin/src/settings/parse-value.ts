import { type ExtensionEntry, invalid } from './settings.ts';

type ParseResult<T> = T | typeof invalid;

/** A whole number from `least` to `most`, as a number or in decimal digits. */
export function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER) {
  return (raw: unknown): ParseResult<number> => {
    const value = typeof raw === 'string' && /^\d{1,16}$/.test(raw) ? Number(raw) : raw;
    return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? value
      : invalid;
  };
}

export function oneOf<const T extends string>(names: readonly T[]) {
  return (raw: unknown): ParseResult<T> => names.find((name) => name === raw) ?? invalid;
}

/** Text that `test` finds good. */
export function text(test: (value: string) => boolean = (value) => value.trim() !== '') {
  return (raw: unknown): ParseResult<string> =>
    typeof raw === 'string' && test(raw) ? raw : invalid;
}

/** Comma-separated text or an array; every entry must be good. */
export function list<T>(parseEntry: (raw: unknown) => ParseResult<T>, least = 0) {
  return (raw: unknown): ParseResult<readonly T[]> => {
    const entries = typeof raw === 'string' ? splitList(raw) : raw;
    if (!Array.isArray(entries) || entries.length < least) return invalid;
    const values: T[] = [];
    for (const entry of entries) {
      const value = parseEntry(entry);
      if (value === invalid) return invalid;
      values.push(value);
    }
    return values;
  };
}

function splitList(raw: string): readonly string[] {
  return raw
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** An object whose values are all text. */
export function textByName(raw: unknown): ParseResult<Readonly<Record<string, string>>> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return invalid;
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (typeof value !== 'string' || value === '') return invalid;
    values[name] = value;
  }
  return values;
}

/** An object with whole numbers under some of these names, each within its bounds. */
export function wholeNumbersByName<const N extends string>(
  bounds: Readonly<Record<N, readonly [least: number, most: number]>>,
) {
  const isName = (name: string): name is N => Object.hasOwn(bounds, name);
  return (raw: unknown): ParseResult<{ readonly [K in N]?: number }> => {
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return invalid;
    const values: { [K in N]?: number } = {};
    for (const [name, value] of Object.entries(raw)) {
      if (!isName(name)) return invalid;
      const [least, most] = bounds[name];
      const number = wholeNumber(least, most)(value);
      if (number === invalid) return invalid;
      values[name] = number;
    }
    return values;
  };
}

/** `"name"` or `["name", options]`. */
export function extensionEntry(raw: unknown): ParseResult<ExtensionEntry> {
  const [specifier, options, ...rest]: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
  return typeof specifier === 'string' && specifier !== '' && rest.length === 0
    ? { specifier, options }
    : invalid;
}
