/** Takes no options: anything but nothing or `{}` is an error that names the key. */
export function parseOptions(raw: unknown): Record<string, never> {
  if (raw === undefined) return {};
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new Error('the options must be an object');
  }
  const [key] = Object.keys(raw);
  if (key !== undefined) throw new Error(`unknown option "${key}": provider-scripted takes none`);
  return {};
}
