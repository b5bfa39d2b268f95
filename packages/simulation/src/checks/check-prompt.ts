import type { ModelRequest, ProviderContext } from '@dispatch/kernel';
import type { World } from '../world/world.ts';

/** What a model is sent: no message twice, and each call with its one result right behind its step. */
export function checkPrompt(
  world: World,
  { messages }: ModelRequest,
  { stepId }: ProviderContext,
): void {
  world.checks += 1;
  const said = new Set<string>();
  let open: readonly string[] = [];
  for (const { role, content } of messages) {
    const results = role === 'tool' ? content.map(({ callId }) => callId) : [];
    if (open.join() !== results.join()) {
      const message = `${stepId}: calls ${open.join()}, results ${results.join()}`;
      world.violated('prompt-calls-answered', message);
    }
    open =
      role === 'assistant'
        ? content.flatMap((part) => (part.type === 'tool-call' ? [part.callId] : []))
        : [];
    if (role !== 'user') continue;
    for (const part of content) {
      if (part.type !== 'text') continue;
      if (said.has(part.text)) world.violated('prompt-says-once', `${stepId}: ${part.text}`);
      said.add(part.text);
    }
  }
  if (open.length > 0)
    world.violated('prompt-calls-answered', `${stepId}: ${open.join()} at the end`);
}
