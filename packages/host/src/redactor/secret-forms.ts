/** Shorter values are words like `true` or `root`: hiding them would hide the log. */
const minSecretLength = 6;

/** A piece of base64 that is shorter than this stands in too many texts. */
const minBase64Length = 8;

/**
 * Every form in which the secrets are looked for, longest first: as they are, as in a JSON string,
 * as in a URL, and in base64 wherever in the encoded bytes they begin. Pure.
 */
export function secretForms(secrets: readonly string[]): readonly string[] {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < minSecretLength) continue;
    forms.add(secret);
    forms.add(JSON.stringify(secret).slice(1, -1));
    forms.add(encodeURIComponent(secret.toWellFormed()));
    for (const form of base64Forms(secret)) forms.add(form);
  }
  return [...forms].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
}

/** The characters that the secret alone decides, for each of the three places in a group of three bytes. */
function base64Forms(secret: string): readonly string[] {
  const forms: string[] = [];
  for (const skipped of [0, 1, 2]) {
    const bytes = Buffer.concat([Buffer.alloc(skipped), Buffer.from(secret)]);
    const encoded = bytes.toString('base64').replace(/=+$/, '');
    const start = skipped === 0 ? 0 : skipped + 1;
    const end = bytes.length % 3 === 0 ? encoded.length : encoded.length - 1;
    const certain = encoded.slice(start, end);
    if (certain.length < minBase64Length) continue;
    forms.push(certain, certain.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return forms;
}
