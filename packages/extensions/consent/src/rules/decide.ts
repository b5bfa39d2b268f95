import { wayOut } from '@dispatch/contracts';
import { covers, isInScope } from './covers.ts';
import { isGranted, isInsidePlaces } from './paths.ts';
import { describeRule, type NamedRule } from './rule.ts';
import { describePart, type Part, type Subject } from './subject.ts';

export type Decision = 'allow' | 'ask' | 'deny';

/** What is decided on a call, and by what. */
export interface Verdict {
  readonly decision: Decision;
  /** The rule that decided, its text included, or the default. */
  readonly decidedBy: string;
  /** A sentence that names it, for people and models. */
  readonly reason: string;
  /** It is asked for, and must be: nobody's absence lets it run. */
  readonly needsPerson: boolean;
  /** Each part of the call by itself; the strictest counts. */
  readonly parts: readonly PartVerdict[];
}

export interface PartVerdict {
  readonly part: Part;
  readonly decision: Decision;
  readonly decidedBy: string;
  /** Absent: the default decided. */
  readonly rule?: NamedRule;
  /** A rule that denies may fit, which only the run would tell. */
  readonly mayBeDenied: boolean;
}

const strictest: readonly Decision[] = ['deny', 'ask', 'allow'];

/**
 * Decides on a call. Pure. A rule that denies wins wherever it stands. Otherwise, for each part of
 * the call, the first rule that fits decides, and the default where none does; the call runs where
 * all its parts may. What a rule that denies may fit is asked for, whatever allows it.
 */
export function decide(rules: readonly NamedRule[], subject: Subject): Verdict {
  const inScope = rules.filter((named) => isInScope(named, subject));
  const parts = subject.parts.map((part) => decidePart(inScope, part, subject));
  const denied = parts.find(({ decision }) => decision === 'deny');
  const doubtful = parts.find(({ mayBeDenied }) => mayBeDenied);
  const asked = parts.find(({ decision }) => decision === 'ask');
  const deciding = denied ?? doubtful ?? asked ?? parts[0];
  if (deciding === undefined) throw new Error('a call has at least one part');
  const { decision } = deciding;
  return {
    decision,
    decidedBy: deciding.decidedBy,
    reason: explain(deciding, subject),
    needsPerson: decision === 'ask' && (subject.needsPerson || doubtful !== undefined),
    parts: parts.toSorted((a, b) => rankOf(a) - rankOf(b)),
  };
}

function rankOf({ decision }: PartVerdict): number {
  return strictest.indexOf(decision);
}

function decidePart(rules: readonly NamedRule[], part: Part, subject: Subject): PartVerdict {
  let doubt: NamedRule | undefined;
  for (const named of rules) {
    if (named.rule.decision !== 'deny') continue;
    const match = covers(named, part, subject);
    if (match === 'yes') return verdictOf(part, 'deny', named);
    if (match === 'maybe') doubt ??= named;
  }
  if (doubt !== undefined) return { ...verdictOf(part, 'ask', doubt), mayBeDenied: true };
  for (const named of rules) {
    const { decision } = named.rule;
    if (decision !== 'deny' && covers(named, part, subject) !== 'no') {
      return verdictOf(part, decision, named);
    }
  }
  return byDefault(part, subject);
}

function verdictOf(part: Part, decision: Decision, rule: NamedRule): PartVerdict {
  return { part, decision, decidedBy: describeRule(rule), rule, mayBeDenied: false };
}

function byDefault(part: Part, subject: Subject): PartVerdict {
  const allowed = whyAllowed(part, subject);
  const mayBeDenied = false;
  if (allowed !== undefined) {
    return { part, decision: 'allow', decidedBy: `default: ${allowed}`, mayBeDenied };
  }
  return leadsOut(part, subject)
    ? { part, decision: 'deny', decidedBy: `default: ${refusedOutside}`, mayBeDenied }
    : {
        part,
        decision: 'ask',
        decidedBy: 'default: what no rule allows is asked for',
        mayBeDenied,
      };
}

const refusedOutside = "what leads out of the conversation's folder is refused";

/**
 * A path that a tool reads or writes itself, outside: no mode lets it through, and nobody is asked
 * for what a tool that keeps inside would refuse all the same (HOST.md, "Tools and the disk").
 */
function leadsOut(part: Part, { places, needsPerson }: Subject): boolean {
  return (
    part.kind === 'path' &&
    !part.hasCommand &&
    !needsPerson &&
    part.path.real !== undefined &&
    !isInsidePlaces(part.path, places)
  );
}

/** What needs no rule; undefined where it does. */
function whyAllowed(part: Part, subject: Subject): string | undefined {
  if (subject.needsPerson || subject.isQuestion) return undefined;
  switch (part.kind) {
    case 'call':
      if (subject.isOwnState) return "a tool may change the conversation's own state";
      return subject.effect === 'pure' ? 'a tool that only reads may run' : undefined;
    case 'path':
      if (subject.effect === 'pure' && !part.hasCommand && isGranted(part.path, subject.places)) {
        return 'a person let the conversation read there';
      }
      if (!isInsidePlaces(part.path, subject.places)) return undefined;
      if (part.hasCommand) return "a command may start in the conversation's folder";
      return subject.effect === 'pure'
        ? "what lies in the conversation's folder may be read"
        : undefined;
    case 'file':
      return isHarmless(part) ||
        (part.redirection.access === 'read' &&
          part.path !== undefined &&
          isInsidePlaces(part.path, subject.places))
        ? "what lies in the conversation's folder may be read"
        : undefined;
    default:
      return undefined;
  }
}

function isHarmless({ redirection }: Extract<Part, { kind: 'file' }>): boolean {
  return /^\/dev\/(null|stdout|stderr|stdin)$/.test(redirection.target.text ?? '');
}

function explain(
  { part, decision, decidedBy, rule, mayBeDenied }: PartVerdict,
  subject: Subject,
): string {
  const what = describePart(part, subject.tool);
  const why = rule?.rule.reason === undefined ? '' : ` ${rule.rule.reason}`;
  if (decision === 'deny' && rule === undefined) return tellWayOut(part, subject);
  if (decision === 'deny') return `${decidedBy} denies ${what}.${why}`;
  if (decision === 'allow') return `${decidedBy} allows ${what}.`;
  if (mayBeDenied) return `${decidedBy} may deny ${what}, which can not be told beforehand.${why}`;
  if (rule !== undefined) return `${decidedBy} has ${what} asked for.${why}`;
  if (part.kind === 'unclear') return `No rule can allow it: ${what}.`;
  return `No rule allows ${what}.`;
}

function tellWayOut(part: Part, { places, tool, effect }: Subject): string {
  const [folder = '/'] = places.folders;
  const way = wayOut(effect === 'pure' ? 'read' : 'write');
  return `${describePart(part, tool)} leads out of the working folder ${folder}. ${way}`;
}
