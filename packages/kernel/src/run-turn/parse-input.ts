import type { JsonValue } from '../json.ts';
import { isDeeperThan } from '../same-json.ts';
import { wellFormedJson } from '../well-formed.ts';
import { maxJsonDepth } from './read-result.ts';

/** A call's input out of the provider's raw text. What is no JSON, or nests too deeply, stays the text. */
export function parseInput(inputText: string): JsonValue {
  if (inputText === '' || inputText.trim() === '') return {};
  let input: JsonValue;
  try {
    input = JSON.parse(inputText);
  } catch {
    return inputText.toWellFormed();
  }
  if (isDeeperThan(input, maxJsonDepth)) return inputText.toWellFormed();
  // Only an escape can bring a lone surrogate into a value whose text has none.
  return inputText.includes('\\u') || !inputText.isWellFormed() ? wellFormedJson(input) : input;
}

/**
 * What is wrong with an input before any schema is asked, for the model to act on. The same for a
 * recorded input as for a fresh one: whether a text was JSON is not recorded.
 */
export function problemOf(input: JsonValue): string | undefined {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return undefined;
  const reason = typeof input === 'string' ? reasonOf(input) : 'It is JSON, but not an object.';
  return `The input is not a JSON object, so nothing was run. ${reason} Call the tool again with a JSON object.`;
}

function reasonOf(text: string): string {
  try {
    JSON.parse(text);
    return `It is text, or nests deeper than ${maxJsonDepth} levels.`;
  } catch (error) {
    return error instanceof Error ? `${error.message.toWellFormed()}.` : '';
  }
}
