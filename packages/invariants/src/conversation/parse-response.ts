import { type Chunk, checkInput, chunk } from '@dispatch/wire';
import { parseJson } from './parse-chunk.ts';

type Call = Extract<Chunk, { type: 'tool-call' }>;

/** A step's response as the ledger holds it: what the checks need of the kernel's `StepResponse`. */
export interface RecordedResponse {
  readonly stepId: string;
  readonly index: number;
  /** By their ids. */
  readonly calls: ReadonlyMap<string, Call>;
}

export type ParsedResponse =
  | { readonly ok: true; readonly response: RecordedResponse }
  | { readonly ok: false; readonly problem: string };

/** Never throws. */
export function parseResponse(json: string): ParsedResponse {
  const parsed = parseJson(json);
  if (!parsed.ok) return parsed;
  const { value } = parsed;
  if (typeof value !== 'object' || value === null)
    return { ok: false, problem: 'It is no object.' };
  const stepId = 'stepId' in value ? value.stepId : undefined;
  const index = 'index' in value ? value.index : undefined;
  const chunks = 'chunks' in value ? value.chunks : undefined;
  if (typeof stepId !== 'string' || typeof index !== 'number' || !Array.isArray(chunks)) {
    return { ok: false, problem: 'It lacks `stepId`, `index` or `chunks`.' };
  }
  const calls = new Map<string, Call>();
  for (const each of chunks) {
    const checked = checkInput(chunk, each);
    if (!checked.ok) return { ok: false, problem: checked.message };
    if (checked.value.type !== 'tool-call') continue;
    if (checked.value.stepId !== stepId)
      return { ok: false, problem: 'A call is of another step.' };
    calls.set(checked.value.callId, checked.value);
  }
  return { ok: true, response: { stepId, index, calls } };
}
