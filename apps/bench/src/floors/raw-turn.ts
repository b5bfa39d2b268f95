/** The least that a turn can be: an async generator over an async generator, and a tool that is awaited. */
interface RawPiece {
  readonly type: 'text' | 'tool';
  readonly text: string;
}

async function* rawModel(deltas: number, steps: number, index: number): AsyncGenerator<RawPiece> {
  if (index < steps) {
    for (const text of ['ok. ', 'call', 'ing ']) yield { type: 'text', text };
    yield { type: 'tool', text: `{"n":${index}}` };
  } else {
    for (let count = 0; count < deltas; count += 1) yield { type: 'text', text: 'abcd' };
  }
}

async function* rawTurn(deltas: number, steps: number) {
  const history: unknown[] = [{ role: 'user', text: 'go' }];
  for (let index = 0; ; index += 1) {
    let text = '';
    let call: string | undefined;
    yield { type: 'step-start', index };
    for await (const piece of rawModel(deltas, steps, index)) {
      if (piece.type === 'tool') {
        call = piece.text;
        continue;
      }
      text += piece.text;
      yield { type: 'text-delta', index, delta: piece.text };
    }
    history.push({ role: 'assistant', text, call });
    if (call === undefined) break;
    yield { type: 'tool-call', index };
    const result = await rawTool(JSON.parse(call));
    history.push({ role: 'tool', result });
    yield { type: 'tool-result', index, result };
  }
  yield { type: 'done' };
}

async function rawTool(input: { readonly n: number }): Promise<{ ok: number }> {
  return { ok: input.n };
}

/** Consumes a raw turn; resolves with the deltas that were seen. */
export async function runRaw(deltas: number, steps: number): Promise<number> {
  let seen = 0;
  for await (const event of rawTurn(deltas, steps)) if (event.type === 'text-delta') seen += 1;
  return seen;
}
