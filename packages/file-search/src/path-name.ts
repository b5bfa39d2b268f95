/**
 * A path as a string of one character a byte, relative to some folder, `/` between names: names need
 * not be UTF-8. Sorts as its bytes do.
 */
export type RawPath = string;

/** As people read it. Bytes that are no UTF-8 become U+FFFD. */
export function decodePath(path: RawPath): string {
  return isAscii(path) ? path : Buffer.from(path, 'latin1').toString('utf8');
}

/** The bytes of a path that people wrote. */
export function encodePath(path: string): RawPath {
  return isAscii(path) ? path : Buffer.from(path, 'utf8').toString('latin1');
}

/** One line, whatever the name holds: where it has control characters, as a string of JSON. */
export function printablePath(path: string): string {
  return hasControl(path) ? JSON.stringify(path) : path;
}

/** In UTF-8 whatever is no ASCII takes more than one byte. Counting is much cheaper than looking. */
function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}
