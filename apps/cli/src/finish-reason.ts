import type { Client } from '@dispatch/client';
import type { FinishReason } from '@dispatch/wire';

/** How a turn ended, asked of the host: its events are gone. Undefined where it has not ended. */
export async function askFinishReason(
  client: Client,
  conversationId: string,
  turnId: string,
): Promise<FinishReason | undefined> {
  const { turns } = await client.metrics(conversationId);
  return turns.find((turn) => turn.turnId === turnId)?.finishReason ?? undefined;
}
