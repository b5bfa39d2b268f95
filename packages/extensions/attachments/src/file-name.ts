/** The last part of a path, whatever system it is of, without control characters; undefined where nothing is left. */
export function cleanName(name: string | undefined): string | undefined {
  const last = name?.toWellFormed().split(/[/\\]/).at(-1) ?? '';
  const clean = last.replaceAll(/\p{Cc}/gu, '').trim();
  return clean === '' ? undefined : clean;
}

/** The header `Content-Disposition` (RFC 6266). */
export function contentDisposition(isShown: boolean, name: string | undefined): string {
  const kind = isShown ? 'inline' : 'attachment';
  const clean = cleanName(name);
  if (clean === undefined) return kind;
  const ascii = clean.replaceAll(/[^ !#-[\]-~]/g, '_');
  const simple = `${kind}; filename="${ascii}"`;
  return ascii === clean ? simple : `${simple}; filename*=UTF-8''${encodeValue(clean)}`;
}

/** RFC 8187: what `encodeURIComponent` leaves, and a header value may not hold. */
function encodeValue(text: string): string {
  const hex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replaceAll(/['()*]/g, hex);
}
