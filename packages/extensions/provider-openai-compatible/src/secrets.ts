/** Shorter values are words that stand for a key, and hiding them would garble texts. */
const shortestSecret = 6;

/** Takes the key and the headers' values out of what the server says. */
export function createSecretHider(
  secrets: readonly (string | undefined)[],
): (text: string) => string {
  const known = secrets.filter((secret) => secret !== undefined && secret.length >= shortestSecret);
  return (text) =>
    known.reduce<string>((clean, secret) => clean.replaceAll(secret ?? '', '[redacted]'), text);
}
