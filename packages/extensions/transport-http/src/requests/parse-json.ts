import { refusal } from '../answer.ts';

/** The value of a JSON text. `invalid-json`. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The engine's words name the place, and may quote what the client sent: nobody else's.
    const reason = error instanceof SyntaxError ? error.message : 'it can not be read';
    throw refusal('invalid-json', `The body is not JSON: ${reason}.`);
  }
}
