import type { Explanation, SeenCommand } from '@dispatch/wire';
import { exactText } from '../output/printable.ts';
import type { Style } from '../output/style.ts';

/** A decision for people: what it is, what made it, and each part of the call. Pure. */
export function describeExplanation(explanation: Explanation, style: Style): readonly string[] {
  const { decision, decidedBy, reason, parts, command, proposedRule, inputProblem } = explanation;
  return [
    `${markedDecision(decision, style)}  ${exactText(decidedBy)}`,
    `  ${exactText(reason)}`,
    ...(inputProblem === undefined
      ? []
      : [`  The tool would refuse this input: ${exactText(JSON.stringify(inputProblem))}`]),
    'parts',
    ...parts.flatMap((part) => [
      `  ${markedDecision(part.decision, style)}  ${part.kind} ${exactText(part.what)}`,
      ...(part.path === undefined ? [] : [style.dim(`         at ${exactText(quote(part.path))}`)]),
      style.dim(`         by ${exactText(part.decidedBy)}`),
    ]),
    ...(command === undefined
      ? []
      : [
          'the parser saw',
          ...command.commands.map((seen) => `  ${describeCommand(seen)}`),
          ...command.unclear.map((what) => `  ${style.yellow('unclear')}: ${exactText(what)}`),
        ]),
    ...(proposedRule === undefined
      ? []
      : [`always would add ${exactText(JSON.stringify(proposedRule))}`]),
  ];
}

function markedDecision(decision: Explanation['decision'], style: Style): string {
  const mark = { allow: style.green, ask: style.yellow, deny: style.red }[decision];
  return mark(decision.padEnd('allow'.length));
}

/** Its words apart from one another, so that none hides in another. */
function describeCommand({ words, assignments, redirections, within }: SeenCommand): string {
  const told = [...(assignments ?? []), ...words].map(describeWord);
  const redirected = (redirections ?? []).map(
    ({ operator, target }) => `${operator} ${describeWord(target)}`,
  );
  const origin = within === undefined ? [] : [`(within ${exactText(quote(within))})`];
  return [...told, ...redirected, ...origin].join(' ');
}

function describeWord(word: SeenCommand['words'][number]): string {
  return exactText(typeof word === 'string' ? quote(word) : `‹${JSON.stringify(word.unknown)}›`);
}

/** As JSON where anything about it could be mistaken. */
function quote(text: string): string {
  return /^[\w./:@%+,=~{}-]+$/.test(text) ? text : JSON.stringify(text);
}
