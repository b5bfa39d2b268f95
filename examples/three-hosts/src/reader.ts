import type { Client } from '@dispatch/client';

/** Pieces of an answer that are printed as one line. */
const piecesPerLine = 8;

export interface Read {
  /** What was shown, by the step that said it. */
  readonly texts: ReadonlyMap<string, string>;
  /** Messages that joined the turn. */
  readonly steered: readonly string[];
  /** The turn's events, counted. */
  readonly events: number;
}

export interface Reading {
  readonly name: string;
  readonly client: Client;
  readonly conversationId: string;
  readonly turnId: string;
  /** Called with each piece of a step, counted from 1. */
  readonly onPiece?: (stepId: string, pieces: number) => void;
}

/** Follows a turn on one host, from its first event to its seal, and prints it line by line. */
export async function readTurn({ name, client, conversationId, turnId, onPiece }: Reading) {
  const texts = new Map<string, string>();
  const steered: string[] = [];
  let events = 0;
  let pieces = 0;
  let line = '';
  const print = (words: string) => {
    if (line !== '') console.log(`  ${name} | ${line}`);
    line = '';
    if (words !== '') console.log(`  ${name} | ${words}`);
  };

  // The cursor of the turn's first event: what follows it is all of the answer.
  for await (const item of client.follow(conversationId, { cursor: `${turnId}:0` })) {
    events += 1;
    switch (item.type) {
      case 'snapshot':
        throw new Error(`${name} lost events that it should have had`);
      case 'step-start':
        pieces = 0;
        break;
      case 'text-delta':
        texts.set(item.stepId, (texts.get(item.stepId) ?? '') + item.delta);
        line += item.delta;
        pieces += 1;
        if (pieces % piecesPerLine === 0) print('');
        onPiece?.(item.stepId, pieces);
        break;
      case 'step-reset':
        texts.delete(item.stepId);
        print(`(another host goes on, event ${item.n}: this part is told again)`);
        break;
      case 'tool-result':
        print(`(the tool ${item.name} has run)`);
        break;
      case 'steering':
        for (const { message } of item.messages) {
          const text = typeof message === 'string' ? message : JSON.stringify(message);
          steered.push(text);
          print(`(joins: ${text})`);
        }
        break;
      case 'turn-sealed':
        print('(sealed)');
    }
  }
  const read: Read = { texts, steered, events };
  return read;
}
