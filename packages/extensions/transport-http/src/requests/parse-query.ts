import { refusal } from '../answer.ts';

/** The parameters of a URL's query, each at most once. `invalid-input` names one that stands twice. */
export function parseQuery(url: string): Readonly<Record<string, string>> {
  const start = url.indexOf('?');
  if (start < 0) return {};
  const found = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(url.slice(start + 1))) {
    if (found.has(name)) throw refusal('invalid-input', `\`${name}\` is given more than once.`);
    found.set(name, value);
  }
  return Object.fromEntries(found);
}
