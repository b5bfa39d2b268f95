/** What a conversation holds before its rows are changed (`fill` of the test). */
export type Filling = 'turns' | 'running' | 'queued';

/** A change of rows behind the store, and what is found then. */
export interface ChangedRows {
  readonly code: string;
  readonly filling: Filling;
  statement(conversationId: string): string;
}

function changed(
  code: string,
  filling: Filling,
  table: string,
  change: string,
  which = 'true',
): ChangedRows {
  const key = table === 'conversations' ? 'id' : 'conversation_id';
  const verb = change === 'delete' ? 'delete from' : 'update';
  const set = change === 'delete' ? '' : `set ${change} `;
  return {
    code,
    filling,
    statement: (id) => `${verb} dispatch.${table} ${set}where ${key} = '${id}' and ${which}`,
  };
}

const errorChunk = `json = '{"type":"error","code":"x","message":"x"}', role = 'assistant'`;
const last = "turn_id = 'two'";

export const changedRows: readonly ChangedRows[] = [
  changed('seq-gap', 'turns', 'chunks', 'delete', 'seq = 1'),
  changed('chunk-invalid', 'turns', 'chunks', `json = '{"type"'`, 'seq = 2'),
  changed('chunk-text-empty', 'turns', 'chunks', `json = '{"type":"text","text":""}'`, 'seq = 1'),
  changed('chunk-role-wrong', 'turns', 'chunks', "role = 'user'", 'seq = 4'),
  changed('chunk-turn-order', 'turns', 'chunks', "turn_id = 'one'", 'seq = 10'),
  changed('chunk-step-wrong', 'turns', 'chunks', "json = replace(json, '#0', '#1')", 'seq = 2'),
  changed('call-without-result', 'turns', 'chunks', errorChunk, 'seq = 4'),
  changed('result-without-call', 'turns', 'chunks', errorChunk, 'seq = 3'),
  changed(
    'call-id-repeated',
    'turns',
    'chunks',
    "json = replace(json, 'two-call', 'one-call')",
    'seq in (8, 9)',
  ),
  changed('last-seq-mismatch', 'turns', 'conversations', 'last_seq = 11'),
  changed('status-mismatch', 'turns', 'conversations', 'is_running = true'),
  changed('chunk-turn-unknown', 'turns', 'turns', 'delete', last),
  changed('turn-range-wrong', 'turns', 'turns', 'previous_seq = 4', last),
  changed('turn-seal-incomplete', 'turns', 'turns', 'last_seq = null', last),
  changed('step-count-mismatch', 'turns', 'turns', 'steps = 3', last),
  changed('epoch-wrong', 'turns', 'turns', 'epoch = 0', last),
  changed('event-number-wrong', 'turns', 'turns', 'event_number = 4294967296', last),
  changed('step-index-gap', 'turns', 'steps', 'delete', 'step_index = 0'),
  changed('step-seq-wrong', 'turns', 'steps', 'last_seq = 99', 'step_index = 1'),
  changed(
    'step-metrics-mismatch',
    'turns',
    'steps',
    "metrics = replace(metrics, 's\":1', 's\":2')",
  ),
  changed('usage-mismatch', 'turns', 'steps', "metrics = replace(metrics, 's\":2', 's\":3')"),
  changed('queued-message-invalid', 'queued', 'queue', "message_json = '\"la'"),
  changed('counter-wrong', 'queued', 'conversations', 'queue_count = 0'),
  changed('ledger-response-invalid', 'running', 'ledger', "json = '{'", "call_id = ''"),
  changed('ledger-call-unknown', 'running', 'ledger', 'delete', "call_id = ''"),
  changed('ledger-result-invalid', 'running', 'ledger', "json = '{}'", "call_id = 'open'"),
  changed('lease-wrong', 'running', 'conversations', 'lease_until = null'),
  changed('lease-over', 'running', 'conversations', "lease_until = now() - interval '2 minutes'"),
  changed('conversation-unreadable', 'running', 'conversations', "details = '{'"),
  changed('rows-without-conversation', 'running', 'conversations', 'delete'),
];
