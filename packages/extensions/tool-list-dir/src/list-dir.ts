import {
  type ConversationFiles,
  defineFileTool,
  type FileKind,
  type Files,
} from '@dispatch/contracts';
import { errorResult, type Tool, type ToolResult, textResult } from '@dispatch/kernel';
import { type ListDirInput, listDirSchema, parseInput } from './input.ts';

/** Entries that one call shows, and that it looks at to sort them. */
export const listLimits = { shown: 500, lookedAt: 10_000 };

/** Makes the tool `list_dir`: what a folder holds, sorted, folders marked. */
export function createListDirTool(files: Files): Tool {
  return defineFileTool<ListDirInput>(files, {
    name: 'list_dir',
    description: `Lists a folder, sorted by name, one entry a line: folders end in /, links in @. At most ${listLimits.shown} entries a call. To find files by a pattern, use glob.`,
    inputSchema: listDirSchema,
    effect: 'pure',
    parse: parseInput,
    run: listDir,
  });
}

async function listDir(
  view: ConversationFiles,
  { path, offset, limit = listLimits.shown }: ListDirInput,
): Promise<ToolResult> {
  const folder = await view.resolve(path, 'read');
  const stat = await view.computer.stat(folder);
  if (stat.kind !== 'folder') {
    return errorResult(`${path} is a file, not a folder: read_file shows what it holds.`);
  }
  const { entries, isCut } = await view.computer.readFolder(folder, listLimits.lookedAt);
  const names = entries.map(({ name, kind }) => markName(name, kind)).sort(compareNames);
  if (names.length === 0) return textResult(`[${view.show(folder)} is empty.]`);
  if (offset > names.length) {
    return errorResult(`${path} has ${names.length} entries: there is no entry ${offset}.`);
  }
  const end = offset - 1 + Math.min(limit, listLimits.shown);
  const shown = names.slice(offset - 1, end).join('\n');
  const notes = [
    ...(end < names.length
      ? [`There are ${names.length} entries: go on with offset ${end + 1}.`]
      : []),
    ...(isCut
      ? [
          `The folder has more than ${listLimits.lookedAt} entries; these are only some of them. Use glob to look for names.`,
        ]
      : []),
  ];
  return textResult(notes.length === 0 ? shown : `${shown}\n[${notes.join(' ')}]`);
}

/** A name of several lines, or with what a terminal would act on, is shown as JSON. */
function markName(name: string, kind: FileKind): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  const shown = /[\x00-\x1f\x7f]/.test(name) ? JSON.stringify(name) : name;
  return shown + marks[kind];
}

const marks: Readonly<Record<FileKind, string>> = {
  folder: '/',
  link: '@',
  file: '',
  other: ' (no file)',
};

/** By code units: the same on every computer. */
function compareNames(a: string, b: string): number {
  return a < b ? -1 : 1;
}
