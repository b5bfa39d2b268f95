/**
 * What packets, or carriers, use for themselves, and what stands for it. U+0002 begins what stands for
 * one: it is escaped first, and put back last.
 */
const reserved = [
  ['\u0002', '\u00022'],
  ['\u0000', '\u00020'],
  ['\u0001', '\u00021'],
  ['\u0003', '\u00023'],
] as const;

/** Leaves most texts as they are. Takes at most twice the bytes. */
export function escapeReserved(text: string): string {
  let escaped = text;
  for (const [character, sequence] of reserved) {
    // To look is much cheaper than to replace, and mostly there is nothing.
    if (escaped.includes(character)) escaped = escaped.replaceAll(character, sequence);
  }
  return escaped;
}

export function restoreReserved(escaped: string): string {
  if (!escaped.includes('\u0002')) return escaped;
  let text = escaped;
  for (const [character, sequence] of reserved.toReversed()) {
    text = text.replaceAll(sequence, character);
  }
  return text;
}
