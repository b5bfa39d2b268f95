/** 32 hexadecimal digits: an id or a key that no other client has. */
export function mintId(random: () => number): string {
  const word = () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return word() + word() + word() + word();
}
