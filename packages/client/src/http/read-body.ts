import { watchSilence } from '../silence-watch.ts';
import type { Surroundings } from '../surroundings.ts';

/**
 * The text of an answer's body. Rejects where it is cut off, or nothing of it comes for `silenceMs`;
 * a slow one may take as long as it needs.
 */
export async function readBody(
  response: Response,
  surroundings: Pick<Surroundings, 'now' | 'sleep'>,
  silenceMs: number,
): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return '';
  const decoder = new TextDecoder();
  let isSilent = false;
  const silence = watchSilence(surroundings, [silenceMs], () => {
    isSilent = true;
    reader.cancel().catch(() => {});
  });
  try {
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (isSilent) throw new Error('The answer stopped in the middle.');
      if (done) return text + decoder.decode();
      silence.touch();
      text += decoder.decode(value, { stream: true });
    }
  } finally {
    silence.stop();
  }
}
