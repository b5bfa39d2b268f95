import type { Answer, Consents } from '../model/consents.ts';
import { ask, type ClientSurroundings, patienceMs } from './client.ts';

/** A question as a host lists it. */
interface Question {
  readonly approvalId: string;
  readonly turnId: string;
  readonly callId: string;
  readonly input: { readonly k: number };
}

/** A person who looks now and then, at any host, whether something waits, and answers: sooner or later. */
export async function decideOnCalls(
  surroundings: ClientSurroundings,
  consents: Consents,
  who: string,
  conversationId: string,
): Promise<void> {
  const { world } = surroundings;
  const longestMs = world.pick([100, 1000]);
  const path = `/conversations/${conversationId}/approvals`;
  // A conversation that was deleted may be made anew, and asks again.
  for (;;) {
    await world.sleep(world.between(20, longestMs));
    const reply = await ask(surroundings, who, { method: 'GET', path });
    if (reply?.status !== 200) continue;
    // A host's own words.
    const { approvals } = reply.json as { readonly approvals: readonly Question[] };
    for (const question of approvals) {
      if (!world.isHealed && world.chance(0.3)) continue;
      await answer(surroundings, consents, who, question);
    }
  }
}

/** Says one thing, again and again until a host has heard it or refused it, or patience ends. */
async function answer(
  surroundings: ClientSurroundings,
  consents: Consents,
  who: string,
  { approvalId, turnId, callId, input: { k } }: Question,
): Promise<void> {
  const { world } = surroundings;
  const decision = world.pick<Answer['decision']>([
    'allow',
    'allow',
    'allow',
    'deny',
    'deny',
    'always',
  ]);
  const said = consents.says({ approvalId, turnId, callId, k, decision });
  const path = `/approvals/${approvalId}`;
  const body = JSON.stringify({ decision });
  let isUnknown = false;
  for (let tries = world.between(1, 3); tries > 0; tries -= 1) {
    const reply = await ask(surroundings, who, { method: 'POST', path, body });
    if (reply?.status === 204) {
      said.state = 'acknowledged';
      return;
    }
    if (reply !== undefined && reply.status < 500) {
      // What was refused the second time may have counted the first.
      if (!isUnknown) said.state = 'refused';
      return;
    }
    isUnknown = true;
    await world.sleep(world.between(10, patienceMs));
  }
}
