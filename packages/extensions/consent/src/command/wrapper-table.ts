/** A program that runs another one, whose name and words follow its own. */
export interface Wrapper {
  /** Letters of its options that stand alone. */
  readonly flags?: string;
  /** Letters of its options that take a value. */
  readonly values?: string;
  /** Letters of its options whose value, if any, is part of the same word. */
  readonly attached?: string;
  /** Its long options that take a value, where that is the next word. Long options not known here take none. */
  readonly longValues?: readonly string[];
  /** Long options that stand alone. */
  readonly longFlags?: readonly string[];
  /** So many words of its own come before the other program's. */
  readonly operands?: number;
  /** `NAME=value` may stand before the other program. */
  readonly takesAssignments?: true;
  /** It adds words of its own at the end, which are not known. */
  readonly addsWords?: true;
  /** The value of this option is text for a shell. */
  readonly scriptOption?: string;
  /** Where one of these options stands, it runs nothing. */
  readonly harmless?: string;
}

/** By name. What is not here runs nothing that could be told from its words. */
export const wrappers: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  [
    'sudo',
    {
      flags: 'AbBEeHiKklNnPSsVv',
      values: 'CDghpRrTtUu',
      longValues: ['user', 'group', 'host', 'prompt', 'chdir', 'chroot', 'role', 'type'],
      longFlags: ['preserve-env', 'login', 'shell', 'non-interactive', 'set-home', 'stdin'],
      takesAssignments: true,
    },
  ],
  ['doas', { flags: 'Lns', values: 'Cu' }],
  [
    'env',
    {
      flags: 'i0v',
      values: 'uCS',
      longValues: ['unset', 'chdir', 'split-string'],
      longFlags: ['ignore-environment', 'null', 'debug'],
      takesAssignments: true,
      scriptOption: 'S',
    },
  ],
  ['nohup', {}],
  [
    'time',
    {
      flags: 'apqvV',
      values: 'fo',
      longValues: ['format', 'output'],
      longFlags: ['portability', 'verbose'],
    },
  ],
  ['nice', { flags: '0123456789', values: 'n', longValues: ['adjustment'] }],
  ['ionice', { flags: 't', values: 'cn', longValues: ['class', 'classdata'] }],
  [
    'timeout',
    {
      flags: 'fpv',
      values: 'ks',
      longValues: ['kill-after', 'signal'],
      longFlags: ['foreground', 'preserve-status', 'verbose'],
      operands: 1,
    },
  ],
  ['stdbuf', { values: 'ioe', longValues: ['input', 'output', 'error'] }],
  ['setsid', { flags: 'cfw', longFlags: ['ctty', 'fork', 'wait'] }],
  ['command', { flags: 'p', harmless: 'vV' }],
  ['builtin', {}],
  ['exec', { flags: 'cl', values: 'a' }],
  [
    'xargs',
    {
      flags: '0oprtx',
      values: 'adEILnPsR',
      attached: 'eil',
      longValues: ['arg-file', 'delimiter', 'max-args', 'max-procs', 'max-chars'],
      longFlags: ['null', 'no-run-if-empty', 'verbose', 'interactive', 'exit', 'replace'],
      addsWords: true,
    },
  ],
  ['chroot', { operands: 1, longValues: ['userspec', 'groups'], longFlags: ['skip-chdir'] }],
  ['flock', { flags: 'exsnuo', values: 'wEc', operands: 1, scriptOption: 'c' }],
  [
    'watch',
    {
      flags: 'bcdegprtx',
      values: 'n',
      longValues: ['interval'],
      longFlags: ['differences', 'color', 'no-title'],
    },
  ],
  ['busybox', {}],
]);

/** Programs that read text as a shell does: `-c` takes it. */
export const shells: ReadonlySet<string> = new Set([
  'sh',
  'bash',
  'dash',
  'ash',
  'zsh',
  'ksh',
  'mksh',
  'rbash',
]);
