import type { FollowItem, Snapshot } from '@dispatch/client';
import type { ContentPart, EventOf, FinishReason, TurnEvent } from '@dispatch/wire';
import {
  describeApproval,
  describeResolution,
  waysToAnswer,
} from '../approvals/describe-approval.ts';
import { formatDuration } from '../duration.ts';
import type { Output } from './output.ts';
import { oneLine } from './printable.ts';
import { createStepTexts, type ShownText } from './step-texts.ts';

/** Shows a turn as it goes: its text on standard output, all else as notes. */
export interface TurnPrinter {
  print(item: FollowItem): void;
  /** Ends the line, where text stands on it. */
  end(): void;
  /** Of the last turn that was seen to its end. */
  finishReason(): FinishReason | undefined;
}

/** @param isAskedHere  Someone else shows what waits for a person, and takes the answer. */
export function createTurnPrinter(
  output: Output,
  isJson: boolean,
  isAskedHere = false,
): TurnPrinter {
  const { noteStyle: style } = output;
  let finishReason: FinishReason | undefined;
  const texts = createStepTexts();
  /** Calls, results and approvals of the turn that were shown: a step that begins again tells them again. */
  const shown = new Set<string>();
  let isTextOpen = false;

  const endText = () => {
    if (isTextOpen) output.text('\n');
    isTextOpen = false;
  };
  const note = (text: string) => {
    endText();
    output.note(text);
  };
  const say = ({ text, isOther }: ShownText) => {
    if (isOther) {
      note(style.yellow('The step begins again: what it said before does not count.'));
    }
    if (text === '') return;
    output.text(text);
    isTextOpen = !text.endsWith('\n');
  };
  const saySnapshot = (snapshot: Snapshot) => {
    for (const [stepId, text] of textsOf(snapshot)) {
      say({ text: texts.rest(stepId, text), isOther: false });
    }
  };
  const isNew = (what: string): boolean => {
    const isKnown = shown.has(what);
    shown.add(what);
    return !isKnown;
  };
  const show = (event: TurnEvent) => {
    switch (event.type) {
      case 'turn-start':
        finishReason = undefined;
        texts.clear();
        shown.clear();
        return;
      case 'step-start':
        return texts.start(event.stepId);
      case 'text-delta':
        return say(texts.add(event.stepId, event.delta));
      case 'tool-call':
        if (!isNew(`call ${event.callId}`)) return;
        return note(
          `${style.cyan(`→ ${oneLine(event.name, 60)}`)} ${style.dim(oneLine(JSON.stringify(event.input), 120))}`,
        );
      case 'tool-result': {
        if (!isNew(`result ${event.callId}`)) return;
        const time = event.durationMs === undefined ? '' : ` ${formatDuration(event.durationMs)}`;
        const mark = event.isError ? style.red('✗') : style.green('✓');
        return note(
          `${mark} ${oneLine(event.name, 60)}${style.dim(`${time} ${oneLine(wordsOf(event.content), 100)}`)}`,
        );
      }
      case 'step-complete':
        say(texts.finish(event.stepId));
        return endText();
      case 'step-reset':
        return texts.restart(event.stepId);
      case 'steering':
        for (const { message } of event.messages) {
          note(
            style.cyan(
              `↳ ${oneLine(typeof message === 'string' ? message : wordsOf(message), 120)}`,
            ),
          );
        }
        return;
      case 'provider-retry':
        return note(
          style.yellow(
            `${oneLine(event.error.message, 200)} Asking again in ${formatDuration(event.delayMs)} (attempt ${event.attempt + 1}).`,
          ),
        );
      case 'approval-request':
        if (event.kind === 'question') shown.add(`question ${event.approvalId}`);
        if (isAskedHere) return endText();
        if (!isNew(`approval ${event.approvalId}`)) return;
        for (const line of describeApproval(event, style)) note(line);
        return note(style.yellow(waysToAnswer(event)));
      case 'approval-resolved':
        return note(
          style.dim(describeResolution(event, shown.has(`question ${event.approvalId}`))),
        );
      case 'collision':
        return note(style.yellow(describeCollision(event)));
      case 'error':
        return note(style.red(`${oneLine(event.error.message, 2000)} (${event.error.code})`));
      case 'done':
        finishReason = event.finishReason;
        endText();
        if (finishReason !== 'stop') note(style.yellow(`The turn ended: ${finishReason}.`));
        return;
      default:
        return;
    }
  };

  return {
    print(item) {
      if (isJson) {
        output.json(item);
        if (item.type === 'turn-start') finishReason = undefined;
        if (item.type === 'done') finishReason = item.finishReason;
      } else if (item.type === 'snapshot') {
        saySnapshot(item);
      } else {
        show(item);
      }
    },
    end: endText,
    finishReason: () => finishReason,
  };
}

const distances: Readonly<Record<EventOf<'collision'>['severity'], string>> = {
  'same-line': 'on the same lines',
  'adjacent-line': 'on lines close by',
  'different-area': 'elsewhere in it',
};

function describeCollision({ path, severity, others }: EventOf<'collision'>): string {
  const who = others.map(({ conversationId }) => oneLine(conversationId, 64)).join(', ');
  return `${oneLine(path, 200)} is worked on by ${who} too, ${distances[severity] ?? severity}.`;
}

function textsOf(snapshot: Snapshot): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { chunk } of snapshot.chunks) {
    if (chunk.type !== 'text' || chunk.stepId === undefined) continue;
    texts.set(chunk.stepId, (texts.get(chunk.stepId) ?? '') + chunk.text);
  }
  return texts;
}

/** What a person reads of a message's or a result's parts. */
export function wordsOf(content: readonly ContentPart[]): string {
  return content
    .map((part) => {
      if (part.type === 'text') return part.text;
      if (part.type === 'json') return JSON.stringify(part.value);
      return part.type === 'image' ? `[${part.mediaType}]` : `[attachment ${part.attachmentId}]`;
    })
    .join(' ');
}
