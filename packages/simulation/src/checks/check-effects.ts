import { doneWord } from '../extensions/simulated-tools.ts';
import { checkInterruption } from './check-causes.ts';
import type { Committed, Ended } from './ended.ts';

/** What a result says happened, and what happened. */
export function checkEffects({ world, effects, sent }: Ended, history: readonly Committed[]): void {
  for (const { chunk, turnId } of history) {
    if (chunk.type !== 'tool-result' || chunk.callId === undefined) continue;
    if (chunk.interrupted === true) checkInterruption(world, sent, chunk.callId);
    const found = effects.get(turnId, chunk.callId);
    // Of a step that was answered anew the calls of its first answer are nobody's.
    const log = found?.tool === chunk.name ? found : undefined;
    const happened = log?.happened ?? 0;
    const isDone = chunk.content?.[0]?.text === `${doneWord} ${chunk.callId}`;
    const say = (rule: string) =>
      world.violated(
        rule,
        `${chunk.name} ${chunk.callId} happened ${happened} times: ${JSON.stringify(chunk)}`,
      );
    if (isDone && happened === 0) say('done-call-happened');
    const isHarmless = chunk.interrupted === true || log?.effect === 'pure';
    if (!isDone && !isHarmless && happened > 0) say('failed-call-did-nothing');
  }
  for (const { tool, effect, callId, happened } of effects.all()) {
    if (effect !== 'unsafe' || happened <= 1) continue;
    world.violated('unsafe-effect-once', `${tool} ${callId} happened ${happened} times`);
  }
}
