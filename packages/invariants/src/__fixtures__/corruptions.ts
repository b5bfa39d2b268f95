import type {
  ConversationInspection,
  InspectedStep,
  InspectedTurn,
  StoredChunk,
} from '@dispatch/contracts';
import type { FindingCode } from '../conversation/finding-catalog.ts';

/** One thing made wrong. Returns undefined where the conversation has nothing to make wrong so. */
export interface Corruption {
  readonly what: string;
  readonly code: FindingCode;
  corrupt(inspection: ConversationInspection): ConversationInspection | undefined;
}

type Change<T> = (value: T) => Partial<T> | undefined;

/** Changes the last one that can be. */
function changeOne<T>(list: readonly T[], change: Change<T>): readonly T[] | undefined {
  for (let index = list.length - 1; index >= 0; index -= 1) {
    const value = list[index];
    const changed = value === undefined ? undefined : change(value);
    if (value !== undefined && changed !== undefined) {
      return list.with(index, { ...value, ...changed });
    }
  }
  return undefined;
}

function conversation(
  what: string,
  code: FindingCode,
  change: Change<ConversationInspection>,
): Corruption {
  return {
    what,
    code,
    corrupt(inspection) {
      const changed = change(inspection);
      return changed === undefined ? undefined : { ...inspection, ...changed };
    },
  };
}

function turn(what: string, code: FindingCode, change: Change<InspectedTurn>): Corruption {
  return conversation(what, code, ({ turns }) => {
    const changed = changeOne(turns, change);
    return changed && { turns: changed };
  });
}

function step(what: string, code: FindingCode, change: Change<InspectedStep>): Corruption {
  return turn(what, code, ({ steps }) => {
    const changed = changeOne(steps, change);
    return changed && { steps: changed };
  });
}

/** A chunk of this type, its fields changed. */
function chunk(
  what: string,
  code: FindingCode,
  type: string,
  fields: Readonly<Record<string, unknown>>,
  ofChunk: Partial<StoredChunk> = {},
): Corruption {
  return conversation(what, code, ({ chunks }) => {
    const changed = changeOne(chunks, ({ json }) => {
      const parsed: Record<string, unknown> = JSON.parse(json);
      if (parsed.type !== type) return undefined;
      return { json: JSON.stringify({ ...parsed, ...fields }), ...ofChunk };
    });
    return changed && { chunks: changed };
  });
}

/** Chunks in another order, or fewer, numbered anew. */
function arrange(
  what: string,
  code: FindingCode,
  change: (
    chunks: readonly StoredChunk[],
    typeOf: (chunk: StoredChunk) => string,
  ) => readonly StoredChunk[] | undefined,
): Corruption {
  return conversation(what, code, ({ chunks }) => {
    const changed = change(chunks, ({ json }) => JSON.parse(json).type);
    return changed && { chunks: changed.map((one, index) => ({ ...one, seq: index + 1 })) };
  });
}

function ledger(
  what: string,
  code: FindingCode,
  change: Change<ConversationInspection['ledger']>,
): Corruption {
  return conversation(what, code, (inspection) => {
    const changed = change(inspection.ledger);
    return changed && { ledger: { ...inspection.ledger, ...changed } };
  });
}

function running(what: string, code: FindingCode, change: Partial<InspectedTurn>): Corruption {
  return turn(what, code, ({ state }) => (state === 'running' ? change : undefined));
}

export const corruptions: readonly Corruption[] = [
  conversation('lastSeq of a conversation', 'last-seq-mismatch', (one) => ({
    conversation: { ...one.conversation, lastSeq: one.chunks.length + 1 },
  })),
  conversation('its status', 'status-mismatch', (one) => ({
    conversation: {
      ...one.conversation,
      status: one.conversation.status === 'idle' ? 'running' : 'idle',
    },
  })),
  conversation('a chunk is gone', 'seq-gap', ({ chunks }) =>
    chunks.length < 2 ? undefined : { chunks: chunks.slice(1) },
  ),
  conversation('a seq comes twice', 'seq-gap', ({ chunks }) => {
    const last = chunks.at(-1);
    return last && { chunks: [...chunks, last] };
  }),
  conversation('a chunk that is no JSON', 'chunk-invalid', ({ chunks }) => {
    const changed = changeOne(chunks, () => ({ json: '{"type":"text","text":"cut o' }));
    return changed && { chunks: changed };
  }),
  chunk('a chunk of no known type', 'chunk-invalid', 'text', { type: 'picture' }),
  chunk('a lone surrogate', 'chunk-invalid', 'text', { text: 'half \ud83d' }),
  chunk("a result of the model's", 'chunk-role-wrong', 'tool-result', {}, { role: 'assistant' }),
  chunk('an empty text', 'chunk-text-empty', 'text', { text: '' }),
  chunk('reasoning that says nothing', 'chunk-text-empty', 'reasoning', {
    text: '',
    providerData: undefined,
  }),
  conversation('a chunk of an unknown turn', 'chunk-turn-unknown', ({ chunks, turns }) => {
    if ((turns[0]?.previousSeq ?? chunks.length) >= chunks.length) return undefined;
    const changed = changeOne(chunks, () => ({ turnId: 'nobody' }));
    return changed && { chunks: changed };
  }),
  conversation('a chunk of another turn', 'chunk-turn-order', ({ chunks, turns }) => {
    const [first] = turns;
    const last = turns.at(-1);
    if (first === undefined || first === last) return undefined;
    const changed = changeOne(chunks, ({ turnId }) =>
      turnId === last?.turnId ? { turnId: first.turnId } : undefined,
    );
    return changed && { chunks: changed };
  }),
  conversation('a chunk that names a later step', 'chunk-step-wrong', ({ chunks, turns }) => {
    const from = turns[0]?.previousSeq ?? chunks.length;
    const changed = changeOne(chunks, ({ json, turnId, seq }) => {
      const parsed = JSON.parse(json);
      if (seq <= from || parsed.stepId === undefined) return undefined;
      return { json: JSON.stringify({ ...parsed, stepId: `${turnId}#77` }) };
    });
    return changed && { chunks: changed };
  }),
  conversation('a callId that comes twice', 'call-id-repeated', ({ chunks }) => {
    const callOf = ({ json }: StoredChunk) => {
      const parsed = JSON.parse(json);
      return parsed.type === 'tool-call' ? parsed : undefined;
    };
    const first = chunks.find((one) => callOf(one) !== undefined);
    const changed = changeOne(chunks, (one) => {
      if (first === undefined || one === first || callOf(one) === undefined) return undefined;
      return { json: JSON.stringify({ ...callOf(one), callId: callOf(first).callId }) };
    });
    return changed && { chunks: changed };
  }),
  arrange('a result is gone', 'call-without-result', (chunks, typeOf) => {
    const at = chunks.findLastIndex((one) => typeOf(one) === 'tool-result');
    return at < 0 ? undefined : chunks.toSpliced(at, 1);
  }),
  arrange('a call is gone', 'result-without-call', (chunks, typeOf) => {
    const at = chunks.findLastIndex((one) => typeOf(one) === 'tool-call');
    return at < 0 ? undefined : chunks.toSpliced(at, 1);
  }),
  arrange('a result stands before its call', 'result-without-call', (chunks, typeOf) => {
    const at = chunks.findLastIndex((one) => typeOf(one) === 'tool-result');
    const result = chunks[at];
    return result && [result, ...chunks.toSpliced(at, 1)];
  }),
  arrange('a result comes twice', 'result-repeated', (chunks, typeOf) => {
    const result = chunks.findLast((one) => typeOf(one) === 'tool-result');
    return result && [...chunks, result];
  }),
  arrange('a result stands behind a later step', 'result-late', (chunks, typeOf) => {
    const at = chunks.findIndex((one) => typeOf(one) === 'tool-result');
    const result = chunks[at];
    if (result === undefined) return undefined;
    const { stepId } = JSON.parse(result.json);
    const isLater = chunks.slice(at).some(({ role, json }) => {
      const parsed = JSON.parse(json);
      return role === 'assistant' && parsed.stepId !== undefined && parsed.stepId !== stepId;
    });
    return isLater ? [...chunks.toSpliced(at, 1), result] : undefined;
  }),
  chunk('a result of another tool', 'result-mismatch', 'tool-result', { name: 'other' }),
  chunk('an interrupted call that went well', 'invented-result-not-error', 'tool-result', {
    interrupted: true,
    isError: false,
  }),
  conversation('a turn comes twice', 'turn-repeated', ({ turns }) => {
    const last = turns.at(-1);
    return last && { turns: [...turns, last] };
  }),
  turn('a turn begins too early', 'turn-range-wrong', (one) => ({
    previousSeq: one.messageSeq + 1,
  })),
  conversation('a turn overlaps the one before it', 'turn-range-wrong', ({ turns }) => {
    const last = turns.at(-1);
    if (last === undefined || turns.length < 2) return undefined;
    return { turns: turns.with(-1, { ...last, previousSeq: last.previousSeq - 1 }) };
  }),
  conversation('a turn is gone', 'chunk-turn-unknown', ({ turns, chunks }) => {
    const last = turns.at(-1);
    if (turns.length < 2 || chunks.at(-1)?.turnId !== last?.turnId) return undefined;
    return { turns: turns.slice(0, -1) };
  }),
  running('a seal without its end', 'turn-seal-incomplete', { state: 'sealed' }),
  turn('a turn that runs and has ended', 'turn-seal-incomplete', ({ end }) =>
    end === undefined ? undefined : { state: 'running' },
  ),
  conversation('two turns run', 'turn-not-last', ({ turns }) => {
    const [first] = turns;
    if (first === undefined || turns.length < 2) return undefined;
    return { turns: turns.with(0, { ...first, state: 'running' }) };
  }),
  turn('epoch 0', 'epoch-wrong', () => ({ epoch: 0 })),
  step('a step of a later epoch', 'epoch-wrong', () => ({ epoch: 1000 })),
  conversation('a step of an earlier epoch', 'epoch-wrong', ({ turns }) => {
    const changed = changeOne(turns, ({ steps }) => {
      const [first] = steps;
      return steps.length < 2 || first === undefined
        ? undefined
        : { epoch: 1000, steps: steps.with(0, { ...first, epoch: 999 }) };
    });
    return changed && { turns: changed };
  }),
  turn('an event of an owner to come', 'event-number-wrong', ({ epoch }) => ({
    eventNumber: epoch * 2 ** 32,
  })),
  turn('a usage that is not the sum', 'usage-mismatch', () => ({
    usage: { inputTokens: 9999, outputTokens: 0 },
  })),
  turn(
    'a wrong contextSize',
    'context-size-mismatch',
    ({ end }) => end && { end: { ...end, contextSize: 9999 } },
  ),
  turn('a step too many is counted', 'step-count-mismatch', ({ stepsCommitted }) => ({
    stepsCommitted: stepsCommitted + 1,
  })),
  step('a step is left out', 'step-index-gap', ({ index }) => ({ index: index + 1 })),
  step('a step that ends before it begins', 'step-seq-wrong', () => ({ lastSeq: 0 })),
  step('a step that ends behind its turn', 'step-seq-wrong', ({ lastSeq }) => ({
    lastSeq: lastSeq + 1000,
  })),
  step('a call too many is counted', 'step-metrics-mismatch', ({ metrics }) => ({
    metrics: { ...metrics, toolCalls: metrics.toolCalls + 1 },
  })),
  step('a step of another name', 'step-metrics-mismatch', ({ metrics }) => ({
    metrics: { ...metrics, stepId: 'other#0' },
  })),
  conversation('a queue over its limit', 'queue-too-long', ({ queue }) => {
    const [first] = queue;
    if (first === undefined) return undefined;
    return { queue: Array.from({ length: 101 }, (_, i) => ({ ...first, queueId: `q${i}` })) };
  }),
  conversation('a message that waits twice', 'queue-id-repeated', ({ queue }) => {
    const [first] = queue;
    return first && { queue: [...queue, first] };
  }),
  ...[
    { messageJson: '"cut o' },
    { messageJson: '7' },
    { chunks: [] },
    { chunks: [{ role: 'user', json: 'x' } as const] },
    { chunks: [{ role: 'assistant', json: '{"type":"text","text":"x"}' } as const] },
    { chunks: [{ role: 'user', json: '{"type":"text","text":""}' } as const] },
  ].map((fields) =>
    conversation(`a message ${JSON.stringify(fields)}`, 'queued-message-invalid', ({ queue }) => {
      const changed = changeOne(queue, () => fields);
      return changed && { queue: changed };
    }),
  ),
  conversation('a ledger of no turn', 'ledger-without-turn', ({ turns }) =>
    turns.some(({ state }) => state === 'running')
      ? undefined
      : { ledger: { calls: [{ callId: 'call_1' }] } },
  ),
  ...['{', '7', '{}', '{"stepId":"a","index":0,"chunks":[{"type":"text"}]}'].map((json) =>
    ledger(`a response ${json}`, 'ledger-response-invalid', ({ responseJson }) =>
      responseJson === undefined ? undefined : { responseJson: json },
    ),
  ),
  conversation('a response of a committed step', 'ledger-step-mismatch', ({ turns, ledger }) => {
    if (ledger.responseJson === undefined) return undefined;
    const changed = changeOne(turns, ({ stepsCommitted }) => ({
      stepsCommitted: stepsCommitted + 1,
    }));
    return changed && { turns: changed };
  }),
  conversation('a response whose call was committed', 'call-id-repeated', (one) => {
    const { responseJson } = one.ledger;
    const call = one.chunks.find(({ json }) => JSON.parse(json).type === 'tool-call');
    if (responseJson === undefined || call === undefined) return undefined;
    const response = JSON.parse(responseJson);
    const { callId } = JSON.parse(call.json);
    const chunks = [{ type: 'tool-call', stepId: response.stepId, callId, name: 'a', input: null }];
    return { ledger: { responseJson: JSON.stringify({ ...response, chunks }), calls: [] } };
  }),
  conversation('calls without their response', 'ledger-call-unknown', ({ ledger: { calls } }) =>
    calls.length === 0 ? undefined : { ledger: { calls } },
  ),
  ledger('a call of another response', 'ledger-call-unknown', ({ responseJson, calls }) =>
    responseJson === undefined ? undefined : { calls: [...calls, { callId: 'nobodys' }] },
  ),
  ledger('a call that was started twice', 'ledger-call-repeated', ({ calls }) => {
    const [first] = calls;
    return first && { calls: [...calls, first] };
  }),
  ...['{', '{"type":"text","text":"a"}'].map((resultJson) =>
    ledger(`a result ${resultJson}`, 'ledger-result-invalid', ({ calls }) => {
      const changed = changeOne(calls, () => ({ resultJson }));
      return changed && { calls: changed };
    }),
  ),
  ledger('a result of another call', 'ledger-result-invalid', ({ calls }) => {
    const changed = changeOne(calls, ({ resultJson }) =>
      resultJson === undefined
        ? undefined
        : { resultJson: JSON.stringify({ ...JSON.parse(resultJson), callId: 'other' }) },
    );
    return changed && { calls: changed };
  }),
  ...[[{ name: 'sent', json: '{' }], Array(2).fill({ name: 'sent', json: '1' })].map((steps) =>
    ledger(`a tool's steps ${JSON.stringify(steps)}`, 'ledger-tool-step-invalid', ({ calls }) => {
      const changed = changeOne(calls, () => ({ steps }));
      return changed && { calls: changed };
    }),
  ),
  running('no lease', 'lease-wrong', { leaseLeftMs: Number.NaN }),
  conversation('a turn that waits for nothing', 'lease-wrong', ({ turns, ledger }) =>
    ledger.responseJson === undefined && turns.some(({ state }) => state === 'running')
      ? {
          turns: turns.map((one) =>
            one.state === 'running' ? { ...one, owner: '', leaseLeftMs: 5 } : one,
          ),
        }
      : undefined,
  ),
  running('a lease that is long over', 'lease-over', { leaseLeftMs: -60_001 }),
];
