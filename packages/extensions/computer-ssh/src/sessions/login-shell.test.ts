import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineNewline, forLoginShell, shellWord } from './login-shell.ts';

const shells = ['sh', 'dash', 'bash', 'zsh', 'fish', 'ksh', 'tcsh'].filter(
  (shell) => spawnSync(shell, ['-c', 'true']).status === 0,
);

describe.each(shells)('under the login shell %s', (shell) => {
  it('any word comes through as it is', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({
            unit: fc.constantFrom(...`ab '"\\!\n$\`*~%&;<>|()#é🙂{}-0\t`),
            maxLength: 12,
          }),
          { maxLength: 4 },
        ),
        (words) => {
          const text = `${defineNewline}\nprintf '%s\\0' ${['-', ...words].map(shellWord).join(' ')}`;
          const { stdout } = spawnSync(shell, ['-c', forLoginShell(text)]);
          expect(stdout.toString().split('\0').slice(1, -1)).toEqual(words);
        },
      ),
      { numRuns: 25 },
    );
  });
});
