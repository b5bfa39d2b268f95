import type { ContentPart } from '../content.ts';
import { withoutHandle } from './cap-result.ts';

export const progressNotice: ContentPart = {
  type: 'text',
  text: 'Notice: the same calls have now brought the same results several times in a row. Do something else, or say what is in the way.',
};
export const errorNotice: ContentPart = {
  type: 'text',
  text: 'Notice: in several steps in a row every call has failed. Read the errors, change the approach, or say what is in the way.',
};

/**
 * A result without what the kernel itself put into it, which differs from call to call: notices,
 * and where the full copy is. A told result and a committed one come to the same.
 */
export function comparable(content: readonly ContentPart[]): readonly ContentPart[] {
  let end = content.length;
  while (end > 0 && isNotice(content[end - 1])) end -= 1;
  return content.slice(0, end).map((part) => {
    if (part.type !== 'text') return part;
    const text = withoutHandle(part.text);
    return text === part.text ? part : { type: 'text', text };
  });
}

function isNotice(part: ContentPart | undefined): boolean {
  if (part?.type !== 'text') return false;
  return [progressNotice, errorNotice].some(
    (notice) => notice.type === 'text' && notice.text === part.text,
  );
}
