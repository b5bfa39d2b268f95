/** This extension has none. */
export type WsTransportOptions = Readonly<Record<string, never>>;

/** Throws with a sentence that names the key. */
export function parseOptions(raw: unknown): WsTransportOptions {
  if (raw === undefined || raw === null) return {};
  if (typeof raw !== 'object' || Array.isArray(raw))
    throw new Error('The options must be an object.');
  const [key] = Object.keys(raw);
  if (key !== undefined) throw new Error(`\`${key}\` is not an option: this extension takes none.`);
  return {};
}
