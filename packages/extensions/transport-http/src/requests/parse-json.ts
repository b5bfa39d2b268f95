import { isNestedTooDeeply, maxNesting } from '@dispatch/wire';
import { refusal } from '../answer.ts';

/** The value of a JSON text. `invalid-json`; `invalid-input` where it has too many levels. */
export function parseJson(text: string): unknown {
  if (isNestedTooDeeply(text)) {
    throw refusal('invalid-input', `The body is nested deeper than ${maxNesting} levels.`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    // The engine's words name the place, and may quote what the client sent: nobody else's.
    const reason = error instanceof SyntaxError ? error.message : 'it can not be read';
    throw refusal('invalid-json', `The body is not JSON: ${reason}.`);
  }
}
