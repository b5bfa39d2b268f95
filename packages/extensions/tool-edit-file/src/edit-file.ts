import { createHash } from 'node:crypto';
import {
  type ConversationFiles,
  defineFileTool,
  type FileStat,
  type Files,
  type Runtime,
} from '@dispatch/contracts';
import {
  errorResult,
  type Tool,
  type ToolContext,
  type ToolResult,
  textResult,
} from '@dispatch/kernel';
import { describeChange } from './describe-change.ts';
import { editable } from './editable-text.ts';
import { type EditFileInput, editFileSchema, parseInput } from './input.ts';
import { planEdits } from './plan-edits.ts';
import { planPattern } from './plan-pattern.ts';
import { readText } from './read-text.ts';

export interface EditFileParts {
  readonly files: Files;
  readonly runtime: Pick<Runtime, 'now' | 'sleep'>;
}

/** What was decided, by which a run after a crash knows whether it was done: digests of the file's text. */
interface Decision {
  readonly before: string;
  readonly after: string;
  readonly message: string;
}

/** Makes the tool `edit_file`: several edits of one file, or one pattern, all or none. */
export function createEditFileTool(parts: EditFileParts): Tool {
  return defineFileTool<EditFileInput>(parts.files, {
    name: 'edit_file',
    description:
      'Changes a file in the working folder: `edits` of old text to new text, all of them or none, or a `pattern` with a replacement and the number of matches to expect. `old` has to be in the file only once (or say all: true); indentation and space at line ends may differ.',
    inputSchema: editFileSchema,
    effect: 'idempotent',
    // An edit that is made twice would miss, or be made twice: what it comes to is recorded first.
    isDurable: true,
    parse: parseInput,
    run: (view, input, context) => editFile(parts, view, input, context),
  });
}

async function editFile(
  parts: EditFileParts,
  view: ConversationFiles,
  input: EditFileInput,
  context: ToolContext,
): Promise<ToolResult> {
  const path = await view.resolve(input.path, 'write');
  const read = await readText(view.computer, path, input.path);
  if (!read.ok) return errorResult(read.message);
  try {
    return await changeText(parts, input, context, { view, path, ...read });
  } catch (error) {
    if (error instanceof Refusal) return errorResult(error.message);
    throw error;
  }
}

interface Opened {
  readonly view: ConversationFiles;
  readonly path: string;
  readonly stat: FileStat;
  readonly raw: string;
}

async function changeText(
  parts: EditFileParts,
  input: EditFileInput,
  context: ToolContext,
  { view, path, stat, raw }: Opened,
): Promise<ToolResult> {
  let planned: { readonly text: string; readonly message: string } | undefined;
  const { before, after, message } = await context.step.do(
    'decide',
    async (): Promise<Decision & Record<string, string>> => {
      view.checkUnchanged(path, stat, raw);
      planned = await plan(parts, input, raw, view.show(path), context.signal);
      return { before: digestOf(raw), after: digestOf(planned.text), message: planned.message };
    },
  );
  const now = digestOf(raw);
  if (now === after) {
    // A run before this one wrote it, or there was nothing to change.
    view.noteRead(path, stat, raw);
    return textResult(message);
  }
  if (now !== before) {
    return errorResult(
      `${view.show(path)} was changed by someone else while this call was interrupted: read it again with read_file.`,
    );
  }
  planned ??= await plan(parts, input, raw, view.show(path), context.signal);
  if (context.signal.aborted) return errorResult('Aborted before anything was changed.');
  await view.replace(path, planned.text, raw);
  return textResult(message);
}

/** Rejects with a `Refusal`, which no step records. */
async function plan(
  { runtime }: EditFileParts,
  input: EditFileInput,
  raw: string,
  shown: string,
  signal: AbortSignal,
) {
  const { text, apply } = editable(raw);
  const planned =
    'edits' in input
      ? planEdits(text, input.edits)
      : await planPattern(text, input.pattern, runtime, signal);
  if (!planned.ok) throw new Refusal(`${shown} was not changed. ${planned.message}`);
  const message = describeChange(shown, text, planned.spans, planned.note);
  return { text: apply(planned.spans), message };
}

/** Says why nothing is changed. */
class Refusal extends Error {}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
