import { parseArgs } from 'node:util';

export interface CommandArguments {
  readonly from: number;
  readonly histories: number;
  /** One history alone, told to its end. */
  readonly seed?: number;
  readonly isTraced: boolean;
  readonly isJson: boolean;
  readonly maxFailed: number;
}

export const usage = `npm run simulate -- [--histories 1000] [--from 1] [--max-failed 20] [--json]
npm run simulate -- --seed 12345 [--trace] [--json]`;

/** Throws with a sentence that names the argument. */
export function parseArguments(args: readonly string[]): CommandArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      histories: { type: 'string', default: '1000' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      trace: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      'max-failed': { type: 'string', default: '20' },
    },
  });
  return {
    from: parseCount('from', values.from),
    histories: parseCount('histories', values.histories),
    ...(values.seed === undefined ? {} : { seed: parseCount('seed', values.seed) }),
    isTraced: values.trace,
    isJson: values.json,
    maxFailed: parseCount('max-failed', values['max-failed']),
  };
}

function parseCount(name: string, text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new Error(`--${name} must be a whole number, not ${JSON.stringify(text)}`);
}
