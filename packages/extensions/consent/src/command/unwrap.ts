import { basename } from './basename.ts';
import type { SimpleCommand, Word } from './command-line.ts';
import { shells, type Wrapper, wrappers } from './wrapper-table.ts';

/** What a command starts itself, as far as its words tell. */
export interface Unwrapped {
  /** Commands by their words. */
  readonly commands: readonly (readonly Word[])[];
  /** Texts that it has a shell read. */
  readonly scripts: readonly string[];
  readonly unclear: readonly string[];
}

const nothing: Unwrapped = { commands: [], scripts: [], unclear: [] };
const unknownWords: Word = { raw: '…', isOne: false };

/** Pure: one level; what it finds may be wrapped again. */
export function unwrap({ words }: SimpleCommand): Unwrapped {
  const [first, ...rest] = words;
  if (first === undefined) return nothing;
  if (first.text === undefined) return unclear(`what \`${first.raw}\` runs is not known`);
  const name = basename(first.text);
  if (name === 'eval') return scriptOf(rest, name);
  if (name === 'trap') return rest[0] === undefined ? nothing : scriptOf(rest.slice(0, 1), name);
  if (name === 'find') return unwrapFind(rest);
  if (name === 'su') return unwrapShell(rest, name, true);
  if (shells.has(name)) return unwrapShell(rest, name, false);
  const wrapper = wrappers.get(name);
  return wrapper === undefined ? nothing : unwrapProgram(name, wrapper, rest);
}

function unclear(...remarks: readonly string[]): Unwrapped {
  return { commands: [], scripts: [], unclear: remarks };
}

/** Words that are joined and read again. */
function scriptOf(words: readonly Word[], name: string): Unwrapped {
  if (words.some(({ text }) => text === undefined))
    return unclear(`what \`${name}\` reads is not known`);
  return { commands: [], scripts: [words.map(({ text }) => text).join(' ')], unclear: [] };
}

function unwrapProgram(name: string, wrapper: Wrapper, words: readonly Word[]): Unwrapped {
  const remarks: string[] = [];
  const scripts: string[] = [];
  let index = 0;
  for (; index < words.length; index += 1) {
    const text = words[index]?.text;
    if (text === undefined) {
      // An option's value or an assignment may be anything; a whole word could be the command.
      remarks.push(`what \`${name}\` runs is not known`);
      break;
    }
    if (text === '--') {
      index += 1;
      break;
    }
    if (!text.startsWith('-') || text === '-') {
      if (text === '-' || (wrapper.takesAssignments === true && text.includes('='))) continue;
      break;
    }
    const option = readOption(text, wrapper);
    if (option.isHarmless) return nothing;
    if (!option.isKnown) remarks.push(`\`${name} ${text}\` is not known`);
    if (option.name !== undefined && option.name === wrapper.scriptOption) {
      const script = option.value ?? words[index + 1]?.text;
      if (script === undefined) remarks.push(`what \`${name}\` reads is not known`);
      else scripts.push(script);
    }
    if (option.takesNext) index += 1;
  }
  const inner = words.slice(index + (wrapper.operands ?? 0));
  if (inner[0]?.text?.startsWith('-')) remarks.push(`\`${name} … ${inner[0].text}\` is not known`);
  if (wrapper.addsWords === true && readsReplaced(inner)) {
    remarks.push(`what \`${name}\` runs is not known`);
  }
  if (inner.length === 0) return { commands: [], scripts, unclear: remarks };
  const command = wrapper.addsWords === true ? [...inner, unknownWords] : inner;
  if (name === 'watch') {
    const script = scriptOf(inner, name);
    return { ...script, unclear: [...remarks, ...script.unclear] };
  }
  return { commands: [command], scripts, unclear: remarks };
}

interface ReadOption {
  readonly isKnown: boolean;
  readonly isHarmless: boolean;
  readonly takesNext: boolean;
  /** The last letter, where it takes a value. */
  readonly name?: string;
  readonly value?: string;
}

function readOption(text: string, wrapper: Wrapper): ReadOption {
  const { flags = '', values = '', attached = '', harmless = '' } = wrapper;
  const { longValues = [], longFlags = [] } = wrapper;
  if (text.startsWith('--')) {
    const [name = '', value] = text.slice(2).split(/=(.*)/s);
    const takesValue = longValues.includes(name);
    return {
      isKnown: takesValue || longFlags.includes(name),
      isHarmless: false,
      takesNext: takesValue && value === undefined,
      ...(name === 'split-string' ? { name: 'S' } : {}),
      ...(value === undefined ? {} : { value }),
    };
  }
  let isKnown = true;
  for (let at = 1; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    if (harmless.includes(letter)) return { isKnown, isHarmless: true, takesNext: false };
    if (values.includes(letter)) {
      const value = text.slice(at + 1);
      const isAttached = value !== '';
      return {
        ...{ isKnown, isHarmless: false, takesNext: !isAttached, name: letter },
        ...(isAttached ? { value } : {}),
      };
    }
    if (attached.includes(letter)) break;
    if (!flags.includes(letter)) isKnown = false;
  }
  return { isKnown, isHarmless: false, takesNext: false };
}

/** Of `sh -lc 'text' name …`. `isLogin`: of `su`, which takes a user's name before. */
function unwrapShell(words: readonly Word[], name: string, isLogin: boolean): Unwrapped {
  let readsText = false;
  for (const [index, word] of words.entries()) {
    const { text } = word;
    if (text === undefined) return unclear(`what \`${name}\` reads is not known`);
    if (/^[-+][A-Za-z]*[oO]$/.test(text) || text === '--rcfile' || text === '--init-file') {
      // Options with a value: what follows must not be taken for the text.
      return unclear(`\`${name} ${text}\` is not known`);
    }
    if (isLogin && (text === '-' || text === '-l' || !text.startsWith('-'))) continue;
    if (/^-[A-Za-z]+$/.test(text)) {
      if (text.includes('c')) readsText = true;
      else if (text.includes('s') && !isLogin)
        return unclear(`what \`${name}\` reads is not known`);
      if (isLogin && readsText) return scriptOf(words.slice(index + 1, index + 2), name);
      continue;
    }
    if (text.startsWith('-') || text.startsWith('+')) continue;
    return readsText ? scriptOf([word], name) : nothing;
  }
  return isLogin ? nothing : unclear(`what \`${name}\` reads is not known`);
}

/** `-exec` and its like, up to `;` or `+`. */
function unwrapFind(words: readonly Word[]): Unwrapped {
  const commands: (readonly Word[])[] = [];
  let start: number | undefined;
  for (const [index, { text }] of words.entries()) {
    if (start === undefined) {
      if (/^-(exec|execdir|ok|okdir)$/.test(text ?? '')) start = index + 1;
    } else if (text === ';' || text === '+') {
      commands.push(words.slice(start, index));
      start = undefined;
    }
  }
  if (start !== undefined) commands.push(words.slice(start));
  const isKnown =
    words.every(({ text, raw }) => text !== undefined || !/[$`]/.test(raw)) &&
    !commands.some(readsReplaced);
  return {
    commands: commands.filter(({ length }) => length > 0),
    scripts: [],
    unclear: isKnown ? [] : ['what `find` runs is not known'],
  };
}

/** Names of files take the place of `{}`: as a command's name, or in a text that a shell reads, they could be anything. */
function readsReplaced([first, ...rest]: readonly Word[]): boolean {
  const name = basename(first?.text ?? '');
  if (name.includes('{}')) return true;
  const readsText = shells.has(name) || name === 'eval' || wrappers.has(name);
  return readsText && rest.some(({ text }) => text !== '{}' && text?.includes('{}') === true);
}
