import { isRecord, type JsonRecord, parseJson, textField } from '../json-shape.ts';

/** The longest words that an error's message repeats, in characters. */
const maxWords = 600;

/** What a server says about a failure, in whatever shape it says it. */
export interface ServerWords {
  readonly words: string;
  /** A status in the body, where it names one. */
  readonly status?: number;
  /** Its type and code, where they are words. */
  readonly kind?: string;
  readonly retryAfterMs?: number;
}

/** Of a body: JSON in any of the usual shapes, a web page, or text. */
export function wordsOfBody(body: string): ServerWords {
  const text = body.trim();
  const value = parseJson(text);
  if (value !== undefined) return wordsOfValue(value);
  return { words: bounded(looksLikeHtml(text) ? `a web page: ${pageTitle(text)}` : text) };
}

/** Of an error's value inside a body or a stream. */
export function wordsOfValue(value: unknown): ServerWords {
  if (Array.isArray(value)) return wordsOfValue(value[0]);
  if (typeof value === 'string') return { words: bounded(value) };
  if (!isRecord(value)) return { words: '' };
  const inner = value.error ?? value.errors;
  if (isRecord(inner) || Array.isArray(inner)) return wordsOfValue(inner);
  const words = [inner, value.message, value.detail, value.error_description, value.msg];
  const said = words.find((word) => typeof word === 'string' && word !== '');
  return {
    words: bounded(typeof said === 'string' ? said : JSON.stringify(said ?? value)),
    ...statusOf(value),
    ...kindOf(value),
    ...retryAfterOf(value),
  };
}

export function looksLikeHtml(text: string): boolean {
  return /^\s*<(!doctype|html|head|body|\?xml|[a-z]+[\s>])/i.test(text);
}

function statusOf(value: JsonRecord): { readonly status?: number } {
  for (const raw of [value.status, value.status_code, value.http_code, value.code]) {
    const status = typeof raw === 'string' ? Number(raw) : raw;
    if (typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599) {
      return { status };
    }
  }
  return {};
}

function kindOf(value: JsonRecord): { readonly kind?: string } {
  const kinds = ['type', 'code', 'status'].map((name) => textField(value, name) ?? '');
  const kind = kinds.filter((word) => word !== '').join(' ');
  return kind === '' ? {} : { kind };
}

function retryAfterOf(value: JsonRecord): { readonly retryAfterMs?: number } {
  const { retry_after_ms: ms, retry_after: seconds } = value;
  if (typeof ms === 'number' && ms >= 0) return { retryAfterMs: Math.ceil(ms) };
  if (typeof seconds === 'number' && seconds >= 0)
    return { retryAfterMs: Math.ceil(seconds * 1000) };
  return {};
}

/** Its title, else its first words without tags. */
function pageTitle(html: string): string {
  const start = html.slice(0, 64 * 1024);
  const title = /<title[^>]*>([^<]*)/i.exec(start)?.[1]?.trim();
  if (title) return title;
  return start.replace(/<(script|style)[\s\S]*?(<\/\1>|$)/gi, ' ').replace(/<[^>]*(>|$)/g, ' ');
}

function bounded(text: string): string {
  const plain = text.replace(/\s+/g, ' ').trim();
  return plain.length <= maxWords ? plain : `${plain.slice(0, maxWords).toWellFormed()}…`;
}
