/** The `parseOptions` of an extension that takes none. Throws with a sentence that names what it was given. */
export function noOptions(raw: unknown): Record<string, never> {
  if (raw === undefined) return {};
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new Error(`Found ${JSON.stringify(raw)} for options, expected an object without keys.`);
  }
  const names = Object.keys(raw);
  if (names.length > 0) throw new Error(`There is no option ${names.join(', ')}: it takes none.`);
  return {};
}
