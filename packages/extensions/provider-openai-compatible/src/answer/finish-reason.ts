/** What a server's word for the end of an answer comes to. */
export type AnswerEnd = 'stop' | 'length' | 'content-filter' | 'failed';

/** Words that mean something else than a plain end. Anything else is one, calls or not. */
const ends: Readonly<Record<string, AnswerEnd>> = {
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  model_context_window_exceeded: 'length',
  repetition_truncation: 'length',
  content_filter: 'content-filter',
  sensitive: 'content-filter',
  safety: 'content-filter',
  recitation: 'content-filter',
  error: 'failed',
  abort: 'failed',
  cancelled: 'failed',
  network_error: 'failed',
  insufficient_system_resource: 'failed',
};

export function answerEnd(word: string): AnswerEnd {
  const known = word.toLowerCase();
  return Object.hasOwn(ends, known) ? (ends[known] ?? 'stop') : 'stop';
}
