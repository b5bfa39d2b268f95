import { afterAll, beforeAll, describe } from 'vitest';
import { commandSuite } from './computer/commands.ts';
import { endingSuite } from './computer/ending.ts';
import type { ComputerFixture, GetComputer, MakeComputer } from './computer/fixture.ts';
import { folderSuite } from './computer/folders.ts';
import { outputSuite } from './computer/output.ts';
import { readingSuite } from './computer/reading.ts';
import { writingSuite } from './computer/writing.ts';

export type { ComputerFixture, MakeComputer } from './computer/fixture.ts';

/**
 * The suite of the contract `computer`: files, commands, and how commands end. One fixture serves
 * all tests; each uses a folder of its own.
 */
export function computerConformance(name: string, make: MakeComputer): void {
  describeComputer(`${name}: computer contract`, make, (fixture) => {
    describe('files', () => fileSuite(fixture));
    describe('commands', () => {
      commandSuite(fixture);
      outputSuite(fixture);
      endingSuite(fixture);
    });
  });
}

/**
 * The part of it about files, for a computer that runs no real commands but these: `mkdir`, `mkfifo`,
 * `ln -s`, `ln -sfn --`, `cp /dev/null`, `chmod`, `ls -ld` and `id -u`.
 */
export function computerFilesConformance(name: string, make: MakeComputer): void {
  describeComputer(`${name}: files of the computer contract`, make, fileSuite);
}

function fileSuite(fixture: GetComputer): void {
  readingSuite(fixture);
  writingSuite(fixture);
  folderSuite(fixture);
}

function describeComputer(
  title: string,
  make: MakeComputer,
  suite: (fixture: GetComputer) => void,
): void {
  describe(title, () => {
    let made: ComputerFixture | undefined;
    beforeAll(async () => {
      made = await make();
    });
    afterAll(async () => {
      await made?.dispose?.();
    });
    suite(() => {
      if (made === undefined) throw new Error('The computer is not there yet.');
      return made;
    });
  });
}
