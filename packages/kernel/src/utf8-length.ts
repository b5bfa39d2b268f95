/** Bytes that a well-formed text takes as UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x800) bytes += unit >= 0xd800 && unit < 0xe000 ? 1 : 2;
    else if (unit >= 0x80) bytes += 1;
  }
  return bytes;
}
