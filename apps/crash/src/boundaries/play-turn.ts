import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@dispatch/client';
import { checkRecord } from '../checks/check-record.ts';
import type { ConversationRecord } from '../traffic/conversation-record.ts';
import { readTurn } from '../traffic/http-turn.ts';
import { patiently } from '../traffic/patience.ts';
import { type PlannedTurn, readableFile } from '../traffic/script.ts';
import { untilQuiet } from '../traffic/until-quiet.ts';

/** Every wait of a turn ends by then. */
const withinMs = 20_000;

export interface PlayedTurn {
  readonly problems: readonly string[];
  /** Calls whose outcome is unknown for good. */
  readonly interrupted: number;
}

/**
 * Plays one turn that has a statement of every kind: a start, a response, two calls side by side, a
 * steered message, a step, a call, a step, and the last step with the seal. Whoever answers may be
 * killed once, at any moment. Resolves with what is wrong in the end.
 */
export async function playTurn(
  client: Client,
  conversationId: string,
  cwd: string,
): Promise<PlayedTurn> {
  const marksFile = `${conversationId}.marks`;
  const gateFile = `${conversationId}.gate`;
  const plan = planTurn(conversationId, marksFile, gateFile);
  const record: ConversationRecord = { conversationId, marksFile, turns: [], queued: [] };
  const sent = await patiently(withinMs, () =>
    client.send({ conversationId, cwd, message: plan.message, idempotencyKey: conversationId }),
  );
  const { turnId } = sent;
  let queueing: Promise<void> | undefined;
  /** The first call waits for the gate, so that the message is there at the next tool boundary. */
  const queueAndOpen = async () => {
    const text = `${conversationId} aside`;
    const message = { message: text, idempotencyKey: text };
    const { queueId } = await patiently(withinMs, () => client.queue(conversationId, message));
    record.queued.push({ queueId, text });
    await writeFile(join(cwd, gateFile), '');
  };
  const view = await readTurn({
    client,
    conversationId,
    turnId,
    items: sent,
    withinMs,
    leaveAfter: () => Number.POSITIVE_INFINITY,
    onItem({ type }) {
      if (type === 'tool-call') queueing ??= queueAndOpen();
    },
  });
  record.turns.push({ turnId, plan, wasAborted: false, view });
  await queueing;
  await untilQuiet(client, conversationId, withinMs);
  const [snapshot, metrics, text] = await Promise.all([
    patiently(withinMs, () => client.snapshot(conversationId)),
    patiently(withinMs, () => client.metrics(conversationId)),
    readFile(join(cwd, marksFile), 'utf8').catch(() => ''),
  ]);
  const marks = text.split('\n').filter((mark) => mark !== '');
  const problems = checkRecord(record, { snapshot, metrics, marks, givenUp: new Map() });
  const interrupted = snapshot.chunks.filter(
    ({ chunk }) => chunk.type === 'tool-result' && chunk.interrupted === true,
  ).length;
  // The calls of the shell come one after the other.
  const tooMany = interrupted > 1 ? [`${turnId}: one crash cut off ${interrupted} calls`] : [];
  return { problems: [...problems, ...tooMany], interrupted };
}

function planTurn(name: string, marksFile: string, gateFile: string): PlannedTurn {
  const shell = (mark: string, before: string) => ({
    tool: 'shell',
    input: { command: `${before}echo ${mark} >> ${marksFile}` },
  });
  const texts = [`${name} begins. `, `${name} goes on. `, `${name} ends.`] as const;
  const gate = `while [ ! -e ${gateFile} ]; do sleep 0.02; done; `;
  const items = [
    { text: texts[0], deltas: 3, delayMs: 2 },
    shell(`${name}.0.0`, gate),
    { tool: 'read_file', input: { path: readableFile } },
    { next: true },
    { text: texts[1], deltas: 3, delayMs: 2 },
    shell(`${name}.1.0`, ''),
    { next: true },
    { text: texts[2], deltas: 3, delayMs: 2 },
  ];
  return {
    message: JSON.stringify(items),
    steps: [
      {
        text: texts[0],
        calls: [{ tool: 'shell', mark: `${name}.0.0` }, { tool: 'read_file' }],
      },
      { text: texts[1], calls: [{ tool: 'shell', mark: `${name}.1.0` }] },
      { text: texts[2], calls: [] },
    ],
  };
}
