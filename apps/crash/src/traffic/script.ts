import type { Random } from '../random.ts';

/** A call of the shell that leaves one line in the marks file, so that a second run is seen. */
export interface PlannedCall {
  readonly tool: 'shell' | 'read_file';
  /** Of a shell call: the word of its line; nothing else writes it. */
  readonly mark?: string;
}

export interface PlannedStep {
  readonly text: string;
  readonly calls: readonly PlannedCall[];
}

/** A turn as the scripted provider plays it, and what has to come of it. */
export interface PlannedTurn {
  /** The message: a script in the language of HOST.md. */
  readonly message: string;
  readonly steps: readonly PlannedStep[];
}

/** There to be read, in the working folder. */
export const readableFile = 'readable.txt';

/**
 * A turn of one to four steps: texts in pieces with pauses, and calls. `name` is in all that it says
 * and does, and in no other turn's. The shell's marks go to `marksFile` in the working folder.
 */
export function planTurn(name: string, marksFile: string, random: Random): PlannedTurn {
  const stepCount = random.between(1, 4);
  const steps: PlannedStep[] = [];
  const items: object[] = [];
  for (let index = 0; index < stepCount; index += 1) {
    const isLast = index === stepCount - 1;
    const text = `${name} step ${index} ${'says what it does. '.repeat(random.between(1, 6))}`;
    items.push({ text, deltas: random.between(2, 15), delayMs: random.between(5, 25) });
    const calls = isLast ? [] : planCalls(`${name}.${index}`, marksFile, random, items);
    steps.push({ text, calls });
    if (!isLast) items.push({ next: true });
  }
  return { message: JSON.stringify(items), steps };
}

function planCalls(
  name: string,
  marksFile: string,
  random: Random,
  items: object[],
): readonly PlannedCall[] {
  return Array.from({ length: random.between(1, 3) }, (_, index): PlannedCall => {
    if (random.chance(0.25)) {
      items.push({ tool: 'read_file', input: { path: readableFile } });
      return { tool: 'read_file' };
    }
    const mark = `${name}.${index}`;
    const pauseS = (random.between(0, 25) / 100).toFixed(2);
    const command = `sleep ${pauseS}; echo ${mark} >> ${marksFile}`;
    items.push({ tool: 'shell', input: { command } });
    return { tool: 'shell', mark };
  });
}
