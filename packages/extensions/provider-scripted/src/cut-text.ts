/** The text in `count` pieces of code points, as even as can be; fewer where it has not so many. */
export function cutText(text: string, count: number): string[] {
  const points = [...text];
  const pieces: string[] = [];
  for (let piece = 0; piece < count; piece += 1) {
    const start = Math.floor((piece * points.length) / count);
    const end = Math.floor(((piece + 1) * points.length) / count);
    if (end > start) pieces.push(points.slice(start, end).join(''));
  }
  return pieces;
}
