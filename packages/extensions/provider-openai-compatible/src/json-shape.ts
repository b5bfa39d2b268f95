/** What other people's JSON may be, looked at with care: it is never trusted, only read. */
export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text of a field; undefined where it is none or empty. */
export function textField(record: JsonRecord, name: string): string | undefined {
  const value = record[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A count: finite and not negative, whole; undefined where the field is none. */
export function countField(record: JsonRecord, name: string): number | undefined {
  const value = record[name];
  return typeof value === 'number' && value >= 0 && value < Infinity
    ? Math.floor(value)
    : undefined;
}

export function recordField(record: JsonRecord, name: string): JsonRecord | undefined {
  const value = record[name];
  return isRecord(value) ? value : undefined;
}

export function listField(record: JsonRecord, name: string): readonly unknown[] {
  const value: unknown = record[name];
  return Array.isArray(value) ? value : [];
}

/** The value of a JSON text; undefined where it is none. No JSON text has that value. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
