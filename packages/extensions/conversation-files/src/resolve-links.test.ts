import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diskComputer } from './__fixtures__/disk-computer.ts';
import { resolveLinks } from './resolve-links.ts';

const name = fc.constantFrom('a', 'b', 'c', 'd');
const part = fc.oneof(name, name, fc.constant('..'));
const relative = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
const entry = fc.record({
  at: fc.array(name, { minLength: 1, maxLength: 3 }),
  is: fc.oneof(
    fc.constant({ kind: 'folder' as const }),
    fc.constant({ kind: 'file' as const }),
    fc.record({ kind: fc.constant('link' as const), target: relative, isAbsolute: fc.boolean() }),
  ),
});

describe('resolveLinks', () => {
  let folder: string;
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'resolve-links-')));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.runIf(process.platform === 'linux')(
    'says where the system itself would open the path, there or not, whatever links lie about',
    async () => {
      let opened = 0;
      let round = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(entry, { maxLength: 12 }), relative, async (entries, path) => {
          const tree = join(folder, String(round++), 'x', 'y');
          mkdirSync(tree, { recursive: true });
          for (const { at, is } of entries) plant(tree, at, is);
          const named = posix.resolve(tree, path);
          const found = await resolveLinks(diskComputer(), named).catch(() => undefined);
          const system = whereOpened(named);
          if (system !== undefined) {
            opened += 1;
            expect(found?.path).toBe(system);
          }
          if (found === undefined) return;
          // Nothing that exists of it is a link.
          for (let above = found.path; above !== '/'; above = posix.dirname(above)) {
            const real = tryTo(() => realpathSync(above));
            if (real !== undefined) expect(real).toBe(above);
            else expect(tryTo(() => readlinkSync(above))).toBeUndefined();
          }
        }),
        { numRuns: 500 },
      );
      expect(opened).toBeGreaterThan(50);
    },
  );

  it('follows links to what is missing, and gives up where they go round', async () => {
    const tree = join(folder, 'by-hand');
    mkdirSync(join(tree, 'inside'), { recursive: true });
    symlinkSync('../new.txt', join(tree, 'inside', 'leads-out'));
    symlinkSync('one', join(tree, 'two'));
    symlinkSync('two', join(tree, 'one'));
    const computer = diskComputer();
    expect(await resolveLinks(computer, join(tree, 'inside/leads-out'))).toEqual({
      path: join(tree, 'new.txt'),
      exists: false,
    });
    expect(await resolveLinks(computer, join(tree, 'no/such/folder'))).toEqual({
      path: join(tree, 'no/such/folder'),
      exists: false,
    });
    await expect(resolveLinks(computer, join(tree, 'one'))).rejects.toMatchObject({
      code: 'ELOOP',
    });
  });
});

type Planted =
  | { readonly kind: 'folder' }
  | { readonly kind: 'file' }
  | { readonly kind: 'link'; readonly target: string; readonly isAbsolute: boolean };

function plant(tree: string, at: readonly string[], is: Planted): void {
  const path = join(tree, ...at);
  tryTo(() => {
    mkdirSync(posix.dirname(path), { recursive: true });
    if (is.kind === 'folder') mkdirSync(path);
    else if (is.kind === 'file') writeFileSync(path, '', { flag: 'wx' });
    else symlinkSync(is.isAbsolute ? `${tree}/${is.target}` : is.target, path);
  });
}

/** Opens it as a program that writes would, and asks the system which file that is. */
function whereOpened(path: string): string | undefined {
  return tryTo(() => {
    const descriptor = openSync(path, 'a');
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`);
    } finally {
      closeSync(descriptor);
    }
  });
}

function tryTo<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
