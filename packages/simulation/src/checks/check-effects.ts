import { doneWord } from '../extensions/tool-names.ts';
import { timesHappened } from '../model/effects.ts';
import { checkInterruption } from './check-causes.ts';
import type { Committed, Ended } from './ended.ts';

/** What a result says happened, and what happened. */
export function checkEffects({ world, effects, sent }: Ended, history: readonly Committed[]): void {
  for (const { chunk, turnId } of history) {
    if (chunk.type !== 'tool-result' || chunk.callId === undefined) continue;
    if (chunk.interrupted === true) checkInterruption(world, sent, chunk.callId);
    const log = effects.get(turnId, chunk.callId, chunk.name ?? '');
    const happened = timesHappened(log);
    const isDone = chunk.content?.[0]?.text === `${doneWord} ${chunk.callId}`;
    const say = (rule: string) =>
      world.violated(
        rule,
        `${chunk.name} ${chunk.callId} happened ${happened} times: ${JSON.stringify(chunk)}`,
      );
    if (isDone && happened === 0) say('done-call-happened');
    const isHarmless = chunk.interrupted === true || log?.effect === 'pure';
    // A tool that ran again after a takeover tells of its last run: of an earlier one, whose host was
    // lost before it could say a word, it knows nothing.
    const hasHappened = (log?.runs.at(-1)?.happened ?? 0) > 0;
    if (!isDone && !isHarmless && hasHappened) say('failed-call-did-nothing');
  }
  for (const log of effects.all()) {
    const happened = timesHappened(log);
    if (log.effect !== 'unsafe' || happened <= 1) continue;
    world.violated('unsafe-effect-once', `${log.tool} ${log.callId} happened ${happened} times`);
  }
}
