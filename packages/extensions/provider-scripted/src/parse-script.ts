import type { JsonValue } from '@dispatch/kernel';
import { parseItem } from './parse-item.ts';
import { callsTool, type ParsedScript, type ScriptItem, type ScriptStep } from './script.ts';

/**
 * Reads a message as a script. Undefined where it is none: text that is no JSON array is for the
 * caller to echo. An array that breaks the language's rules is an error that names the item,
 * counted from 1. Pure.
 */
export function parseScript(message: string): ParsedScript | undefined {
  const items = jsonArray(message);
  if (items === undefined) return undefined;
  const steps: ScriptStep[] = [];
  let step: ScriptItem[] = [];
  for (const [index, raw] of items.entries()) {
    try {
      const item = parseItem(raw);
      if (item !== 'next') {
        step.push(item);
        continue;
      }
      if (!callsTool(step)) throw new Error('is a "next" after a step that calls no tool');
      steps.push(step);
      step = [];
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { ok: false, message: `The script is not valid: item ${index + 1} ${reason}.` };
    }
  }
  steps.push(step);
  return { ok: true, steps };
}

function jsonArray(text: string): readonly JsonValue[] | undefined {
  if (!/^\s*\[/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
