import { oneLine } from '../output/printable.ts';
import type { Style } from '../output/style.ts';
import type { Checked } from './check-store.ts';

/** A person reads no more of one conversation; the rest is for --json. */
const shownOfOne = 20;
const longestMessage = 300;

/** The findings of one conversation, as lines; none where it is sound. */
export function describeFindings({ conversationId, findings }: Checked, style: Style): string[] {
  if (findings.length === 0) return [];
  const lines = findings
    .slice(0, shownOfOne)
    .flatMap(({ code, turnId, seq, message, repair }) => [
      [
        `  ${style.red(code)}`,
        ...(seq === undefined ? [] : [`seq ${seq}`]),
        ...(turnId === undefined ? [] : [`turn ${oneLine(turnId, 64)}`]),
      ].join('  '),
      `    ${oneLine(message, longestMessage)}`,
      `    ${style.dim(`repair: ${repair}`)}`,
    ]);
  const more = findings.length - shownOfOne;
  const rest = more > 0 ? [`  and ${more} more; --json tells all`] : [];
  return [style.bold(oneLine(conversationId, 64)), ...lines, ...rest, ''];
}
