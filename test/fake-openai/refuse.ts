import type { Asked } from './chat-request.ts';
import { chunk, done } from './chunks.ts';
import type { Reply } from './reply.ts';

/** Answers with a status that says no, always or to the first attempts; then all is well. */
export async function refuse({ attempt }: Asked, reply: Reply, detail: string): Promise<void> {
  const [what = '', how = ''] = detail.split('/');
  const [, status = '500', times] = /^(\d{3})(?:-once|-times-(\d+))?$/.exec(what) ?? [];
  const isAlways = !what.includes('-');
  if (isAlways || attempt <= Number(times ?? 1)) {
    const error = { message: `refused, attempt ${attempt}`, type: 'fake_error', code: null };
    reply.json(Number(status), { error }, retryAfter(how));
    return;
  }
  reply.begin();
  await reply.write(chunk({ content: `answered attempt ${attempt}` }) + chunk({}, 'stop') + done);
  reply.end();
}

/** `seconds`, `date` or `ms`: each asks for about a second. */
function retryAfter(how: string): Record<string, string> {
  if (how === 'seconds') return { 'retry-after': '1' };
  if (how === 'date') return { 'retry-after': new Date(Date.now() + 1_000).toUTCString() };
  if (how === 'ms') return { 'retry-after-ms': '25', 'retry-after': '1' };
  return {};
}
