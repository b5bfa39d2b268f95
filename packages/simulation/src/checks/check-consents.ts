import type { Ended } from './ended.ts';

/** What people were told of their answers, and what became of the calls. */
export function checkConsents({ world, consents, effects }: Ended): void {
  const heard = new Set<string>();
  for (const { approvalId, callId } of consents.acknowledged()) {
    world.checks += 1;
    if (heard.has(approvalId)) {
      world.violated('first-answer-counts', `two answers for ${callId} were acknowledged`);
    }
    heard.add(approvalId);
  }
  for (const { tool, turnId, callId, runs } of effects.all()) {
    for (const { k } of runs) {
      if (!consents.isDenied({ turnId, callId, k })) continue;
      world.violated('denied-call-never-runs', `${tool} ${callId} ran, and was denied`);
    }
  }
}
