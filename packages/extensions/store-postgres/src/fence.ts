import type { Parameter, Query } from './queries.ts';

const readFence = `select 1 from dispatch.conversations
where id = $1 and turn_id = $2 and is_running and epoch = $3::int`;

/** For a write that was refused: conversation, turn and epoch, are they the running turn's? */
export async function isHeld(query: Query, lease: readonly Parameter[]): Promise<boolean> {
  return (await query(readFence, lease)).length > 0;
}
