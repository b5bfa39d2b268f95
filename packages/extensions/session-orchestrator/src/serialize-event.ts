import type { TurnEvent } from '@dispatch/kernel';

/**
 * Makes the JSON text of a turn's events (WIRE.md section 3), each once for all who follow. The
 * envelope is spliced in behind `type`, so an event is not copied to get one.
 */
export function createEventSerializer(
  conversationId: string,
  turnId: string,
): (event: TurnEvent, n: number) => string {
  const envelope = `,"conversationId":${JSON.stringify(conversationId)},"turnId":${JSON.stringify(turnId)},"n":`;
  let stepId = '';
  let textHead = '';
  let textMiddle = '';
  return (event, n) => {
    if (event.type === 'text-delta') {
      if (event.stepId !== stepId) {
        stepId = event.stepId;
        textHead = `{"type":"text-delta"${envelope}`;
        textMiddle = `,"stepId":${JSON.stringify(stepId)},"delta":`;
      }
      return `${textHead}${n}${textMiddle}${JSON.stringify(event.delta)}}`;
    }
    const json = JSON.stringify(event);
    const head = `{"type":"${event.type}"`;
    if (json.startsWith(head)) return `${head}${envelope}${n}${json.slice(head.length)}`;
    const { type, ...fields } = event;
    return JSON.stringify({ type, conversationId, turnId, n, ...fields });
  };
}
