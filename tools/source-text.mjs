// Reads TypeScript just well enough to tell code from comments and strings.

/**
 * The source with the insides of comments, or also of strings and regular expressions, as spaces:
 * every character keeps its place.
 *
 * @param {string} source
 * @param {{ keepStrings: boolean }} options
 */
export function blank(source, { keepStrings }) {
  let out = '';
  let at = 0;
  // Where a template's `${` has been entered: the depth of braces inside it.
  const templates = [];
  const hide = (end) => {
    out += source.slice(at, end).replaceAll(/[^\n]/g, ' ');
    at = end;
  };
  const keep = (end) => {
    out += source.slice(at, end);
    at = end;
  };
  const quoted = (end) => (keepStrings ? keep(end) : hide(end));
  while (at < source.length) {
    const char = source[at];
    const two = source.slice(at, at + 2);
    if (two === '//') hide(endOf(source.indexOf('\n', at), source));
    else if (two === '/*') hide(endOf(source.indexOf('*/', at + 2) + 2, source, 2));
    else if (char === "'" || char === '"') quoted(stringEnd(source, at));
    else if (char === '/' && startsRegex(out)) hide(regexEnd(source, at));
    else if (char === '`' || (char === '}' && templates.at(-1) === 0)) {
      if (char === '}') templates.pop();
      const end = templateEnd(source, at + 1);
      if (source[end - 1] === '{') templates.push(0);
      quoted(end);
    } else {
      if (templates.length > 0 && char === '{') templates[templates.length - 1] += 1;
      if (templates.length > 0 && char === '}') templates[templates.length - 1] -= 1;
      keep(at + 1);
    }
  }
  return out;
}

const endOf = (index, source, least = 0) => (index < least ? source.length : index);

function stringEnd(source, start) {
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === source[start] || source[at] === '\n') return at + 1;
  }
  return source.length;
}

/** Behind the closing backtick, or behind the next `${`. */
function templateEnd(source, start) {
  for (let at = start; at < source.length; at++) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === '`') return at + 1;
    else if (source[at] === '$' && source[at + 1] === '{') return at + 2;
  }
  return source.length;
}

function regexEnd(source, start) {
  let inClass = false;
  for (let at = start + 1; at < source.length && source[at] !== '\n'; at++) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === '[') inClass = true;
    else if (source[at] === ']') inClass = false;
    else if (source[at] === '/' && !inClass) return at + 1;
  }
  return start + 1;
}

/** A slash divides behind a value and begins a regular expression behind anything else. */
function startsRegex(before) {
  const text = before.trimEnd();
  return !/[\w$)\]}'"`]$/.test(text) || /\b(return|typeof|case|in|of)$/.test(text);
}

/**
 * What a module imports, types included, static or dynamic.
 *
 * @param {string} source
 * @returns {{ specifier: string | undefined, line: number }[]} undefined: computed at run time.
 */
export function listImports(source) {
  const code = blank(source, { keepStrings: true });
  const bare = blank(source, { keepStrings: false });
  const found = [];
  const lineAt = (index) => source.slice(0, index).split('\n').length;
  for (const match of bare.matchAll(/\b(from|import|require)\b(\s*\()?/g)) {
    if (/[.\w$]$/.test(bare.slice(0, match.index))) continue;
    const behind = code.slice(match.index + match[0].length);
    const literal = /^\s*(['"])([^'"\n]*)\1\s*(.?)/.exec(behind);
    const isWhole = match[2] === undefined || /^[,)]?$/.test(literal?.[3] ?? '');
    if (literal !== null && isWhole)
      found.push({ specifier: literal[2], line: lineAt(match.index) });
    else if (match[1] === 'import' && match[2] !== undefined) {
      found.push({ specifier: undefined, line: lineAt(match.index) });
    }
  }
  return found;
}
