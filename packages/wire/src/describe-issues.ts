import type * as z from 'zod';

/** One thing that is wrong with an input. */
export interface Issue {
  /** Dotted: `sampling.topP`, `message.0.text`; empty for the whole. */
  readonly path: string;
  /** Goes on from the path: `must be at most 1000`. */
  readonly message: string;
}

type RawIssue = z.core.$ZodIssue;

/** What is wrong, in the order of the fields, each with its path. */
export function issuesOf(error: z.ZodError): readonly Issue[] {
  return error.issues.flatMap((issue) => flatten(issue, []));
}

/** What is wrong, as one sentence that names the fields; the first three of them where there are more. */
export function describeIssues(error: z.ZodError): string {
  const issues = issuesOf(error);
  const told = issues.slice(0, 3).map(sentenceOf).join('; ');
  const rest = issues.length - 3;
  return rest > 0 ? `${told}; and ${rest} more.` : `${told}.`;
}

function sentenceOf(issue: Issue): string {
  return issue.path === '' ? `The input ${issue.message}` : `\`${issue.path}\` ${issue.message}`;
}

function flatten(issue: RawIssue, above: readonly PropertyKey[]): readonly Issue[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: textOf([...path, key]),
      message: 'is not a known field',
    }));
  }
  const branch = issue.code === 'invalid_union' ? closestBranch(issue.errors) : undefined;
  if (branch !== undefined) return branch.flatMap((inner) => flatten(inner, path));
  return [{ path: textOf(path), message: requirementOf(issue) }];
}

/** The alternative that the input was meant as: the only one that is not of another type altogether. */
function closestBranch(branches: readonly RawIssue[][]): RawIssue[] | undefined {
  const near = branches.filter(
    (issues) => !issues.some((issue) => issue.code === 'invalid_type' && issue.path.length === 0),
  );
  return near.length === 1 ? near[0] : undefined;
}

function requirementOf(issue: RawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? 'is missing'
        : `must be ${nameOfType(issue.expected)}`;
    case 'too_small':
      return `must ${boundOf('at least', issue.origin, issue.minimum)}`;
    case 'too_big':
      return `must ${boundOf('at most', issue.origin, issue.maximum)}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'invalid_format':
      return issue.pattern === undefined
        ? `must be ${issue.format}`
        : `must match ${issue.pattern.replace(/^\/(.*)\/[a-z]*$/, '$1')}`;
    case 'invalid_union':
      return unionRequirement(issue);
    case 'custom':
      return issue.message;
    default:
      return 'is not valid';
  }
}

function unionRequirement(issue: Extract<RawIssue, { code: 'invalid_union' }>): string {
  if (issue.errors.length === 0) {
    const options = 'options' in issue && Array.isArray(issue.options) ? issue.options : [];
    return options.length === 0
      ? 'is not valid'
      : `must be ${options.map((option) => JSON.stringify(option)).join(' or ')}`;
  }
  const requirements = issue.errors.flatMap((issues) => issues.slice(0, 1).map(requirementOf));
  if (requirements.includes('is missing')) return 'is missing';
  const alternatives = requirements.filter((text) => text.startsWith('must be '));
  const [first, ...others] = [...new Set(alternatives)];
  if (first === undefined) return 'is not valid';
  return [first, ...others.map((text) => text.slice('must be '.length))].join(' or ');
}

function boundOf(bound: string, origin: string, size: number | bigint): string {
  if (origin === 'string')
    return `have ${bound} ${size} ${size === 1 ? 'character' : 'characters'}`;
  if (origin === 'array') return `have ${bound} ${size} ${size === 1 ? 'entry' : 'entries'}`;
  return `be ${bound} ${size}`;
}

function nameOfType(expected: string): string {
  if (expected === 'int') return 'a whole number';
  return /^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`;
}

function textOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}
